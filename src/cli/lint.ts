/** `gatdeploy lint`: known mistakes in a project's variables, found without asking any host. */
import type { Command } from 'commander';
import { addProjectOptions, type StackOptions } from './stack/options.ts';

/** The version of package.json, put in by the build. */
declare const GATDEPLOY_VERSION: string;

type Flags = StackOptions & { readonly sarif?: boolean; readonly strict?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('lint')
    .description('look for mistakes in the variables of all sides, without asking any host')
    .argument('[stack...]', 'stacks or playbooks; all of the project by default');
  addProjectOptions(command)
    .option('--strict', 'warnings count as errors: end with 2')
    .option('--json', 'print the findings as JSON')
    .option('--sarif', 'print the findings as SARIF 2.1.0, for code hosts')
    .option('--plain', 'plain lines: no colours')
    .addHelpText(
      'after',
      `
Ends with 2 when an error was found, with 0 otherwise. docs/lint.md tells what each rule looks for, and why.

Examples:
  gatdeploy lint
  gatdeploy lint pulsar --strict
  gatdeploy lint --sarif > lint.sarif`,
    )
    .action(runLint);
}

async function runLint(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./stack/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { loadProject } = await import('../project/project.ts');
  const { projectOptions } = await import('./stack/options.ts');
  const { checkedPlays, wholeProject } = await import('./stack/plays.ts');
  const { noHosts } = await import('./stack/stack.ts');
  const { lint } = await import('../lint/lint.ts');
  await withOutput(flags, async ({ reporter }) => {
    const project = await loadProject(flags.directory, projectOptions(flags));
    const { hosts } = checkedPlays(project, names);
    if (hosts.length === 0) throw noHosts(names.length > 0 ? names : ['lint'], project);
    const whole = await wholeProject(project, flags);
    const { plays, others } = checkedPlays(whole, names);
    const findings = lint(whole, plays, { hosts, others });
    if (flags.sarif) await printSarif(findings, project.root);
    else reporter.findings(findings);
    const worst = flags.strict ? ['E', 'W'] : ['E'];
    return findings.some(({ severity }) => worst.includes(severity)) ? EXIT.config : EXIT.ok;
  });
}

async function printSarif(findings: Parameters<typeof import('../report/sarif.ts').renderSarif>[0], root: string) {
  const { renderSarif } = await import('../report/sarif.ts');
  const { rules } = await import('../lint/rules/index.ts');
  process.stdout.write(renderSarif(findings, { rules, version: GATDEPLOY_VERSION, root }));
}
