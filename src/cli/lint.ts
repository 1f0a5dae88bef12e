/** `gatdeploy lint`: known mistakes in a project's variables, found without asking any host. */
import path from 'node:path';
import type { Command } from 'commander';
import type { Finding } from '../lint/rule.ts';
import type { SarifOptions } from '../report/files/sarif.ts';
import type { Output } from '../session/session-types.ts';
import type { StackOptions } from '../stack/options.ts';
import { addProjectOptions, addUntrustedOption } from './run/options.ts';

/** The version of package.json, put in by the build. */
declare const GATDEPLOY_VERSION: string;

type Flags = StackOptions & {
  readonly sarif?: boolean | string;
  readonly strict?: boolean;
  readonly dns?: boolean;
};

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('lint')
    .description('look for mistakes in the variables of all sides, without asking any host')
    .argument('[stack...]', 'stacks or playbooks; all of the project by default');
  addProjectOptions(addUntrustedOption(command))
    .option('--strict', 'warnings count as errors: end with 2')
    .option('--dns', 'ask name servers, too, whether the names of certificates lead to their hosts')
    .option('--json', 'print the findings as JSON')
    .option('--sarif [file]', 'print the findings as SARIF 2.1.0, or write them to a file beside the text')
    .option('--junit <file>', 'also write the findings as JUnit XML')
    .option('--plain', 'plain lines: no colours')
    .addHelpText(
      'after',
      `
Ends with 2 when an error was found, with 0 otherwise. docs/lint.md tells what each rule looks for, and why.

Examples:
  gatdeploy lint
  gatdeploy lint pulsar --strict
  gatdeploy lint --dns
  gatdeploy lint --sarif lint.sarif
  gatdeploy lint --untrusted --junit lint.xml   for a stranger's pull request`,
    )
    .action(runLint);
}

async function runLint(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  await withOutput(flags, async (output) => {
    const { reporter } = output;
    const { findings, warnings, root } = await attemptFindings(names, flags, output);
    if (flags.sarif !== undefined) await writeSarif(flags.sarif, { findings, warnings, root });
    if (flags.sarif !== true) reporter.findings(findings);
    const worst = flags.strict ? ['E', 'W'] : ['E'];
    return findings.some(({ severity }) => worst.includes(severity)) ? EXIT.config : EXIT.ok;
  });
}

/** Files that can't be read at all are told in the SARIF file too. */
async function attemptFindings(
  names: readonly string[],
  flags: Flags,
  output: Output,
): ReturnType<typeof findMistakes> {
  try {
    return await findMistakes(names, flags, output);
  } catch (error) {
    if (flags.sarif !== undefined)
      await writeSarif(flags.sarif, { findings: [], root: path.resolve(flags.directory), thrown: error });
    throw error;
  }
}

async function findMistakes(names: readonly string[], flags: Flags, output: Output) {
  const { loadProject } = await import('../project/project.ts');
  const { projectOptions } = await import('../stack/options.ts');
  const { checkedPlays, wholeProject } = await import('../stack/plays.ts');
  const { noHosts } = await import('../stack/stack.ts');
  const { lint, lintNames } = await import('../lint/lint.ts');
  const { warnUnmatched } = await import('../project/scope.ts');
  const { warnStray } = await import('../project/stray-files.ts');
  const { tellWarnings } = await import('../stack/tell-warnings.ts');
  const project = await loadProject(flags.directory, projectOptions(flags));
  const { hosts } = checkedPlays(project, names);
  if (hosts.length === 0) throw noHosts(names.length > 0 ? names : ['lint'], project);
  const whole = wholeProject(project);
  const { plays, others } = checkedPlays(whole, names);
  warnStray(project);
  warnUnmatched(project, plays);
  const offline = lint(whole, plays, { hosts, others });
  tellWarnings(project, output);
  // A stranger's names are asked of nobody.
  const asked = flags.dns && !flags.untrusted ? await lintNames(whole, plays, askNames) : [];
  return { findings: [...offline, ...asked], warnings: project.warnings(), root: project.root };
}

/** A name server that does not answer says nothing about a name. */
async function askNames(name: string): Promise<readonly string[] | undefined> {
  const { lookup } = await import('node:dns/promises');
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND' ? [] : undefined;
  }
}

type SarifParts = { readonly findings: readonly Finding[] } & Omit<SarifOptions, 'rules' | 'version'>;

async function writeSarif(to: boolean | string, { findings, ...parts }: SarifParts) {
  const { renderSarif } = await import('../report/files/sarif.ts');
  const { rules } = await import('../lint/rules/index.ts');
  const { writeOutput } = await import('./run/run-files.ts');
  const text = renderSarif(findings, { ...parts, rules, version: GATDEPLOY_VERSION });
  if (typeof to === 'string') writeOutput(to, text);
  else process.stdout.write(text);
}
