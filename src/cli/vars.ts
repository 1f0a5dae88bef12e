/** `gatdeploy vars`: every variable of a host, evaluated leaf by leaf. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { GatError } from '../base/errors.ts';
import type { Value } from '../base/value.ts';
import { projectAccess } from '../project/access.ts';
import { pathKind } from '../project/files.ts';
import { evaluateHost, shownScope } from '../project/host-variables.ts';
import { renderJson } from '../project/json-text.ts';
import { loadProject, type Project } from '../project/project.ts';
import { createTemplar, type Templar } from '../render/templar.ts';
import { projectOptions, type StackOptions } from '../stack/options.ts';
import { addProjectOptions } from './run/options.ts';
import { printWarnings } from './run/warnings.ts';

type Options = StackOptions & {
  readonly playbook?: string;
  readonly host?: readonly string[];
  readonly facts?: string;
  readonly renderAll?: boolean;
  readonly showSecrets?: boolean;
};

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds the command to the program. */
export function register(program: Command): void {
  addProjectOptions(program.command('vars').description("show the hosts' variables, fully evaluated"))
    .option(
      '--playbook <file>',
      'the playbook whose plays count (default: those of the project that target the host)',
    )
    .option('--host <name>', 'only this host; repeatable', collect)
    .option('--facts <file>', 'facts from JSON instead of a host')
    .option('--render-all', 'also render every file under templates/')
    .option('--json', 'as JSON: {"hosts": {"NAME": {"vars": {…}}}}')
    .option('--show-secrets', 'show secrets instead of ***')
    .action(async (options: Options) => {
      const { playbook, facts } = options;
      const project = await loadProject(options.directory, {
        ...projectOptions(options),
        ...(playbook !== undefined && { playbook }),
        ...(facts !== undefined && { factsFile: facts }),
      });
      const names = options.host ?? project.inventory.select('all').map((host) => host.name);
      const hosts = new Map(names.map((name) => [name, hostPart(project, name, options)] as const));
      const json = { showSecrets: options.showSecrets ?? false, keepTypes: true };
      process.stdout.write(options.json ? renderJson(new Map([['hosts', hosts]]), json) : renderJson(hosts, json));
      printWarnings(project);
    });
}

function hostPart(project: Project, host: string, options: Options): Value {
  const scope = shownScope(project, host, options);
  const templar = createTemplar({ scope, access: projectAccess(project) });
  const parts: [string, Value][] = [['vars', evaluateHost(scope, templar)]];
  if (options.renderAll) parts.push(['renders', renderAll(project, templar)]);
  return new Map(parts);
}

function renderAll(project: Project, templar: Templar): Value {
  const folder = path.join(project.sources.playbookFolder, 'templates');
  const files = pathKind(folder) === 'directory' ? filesBelow(folder).sort() : [];
  return new Map(
    files.map((file) => [path.relative(project.sources.playbookFolder, file), renderOne(templar, file)]),
  );
}

function renderOne(templar: Templar, file: string): Value {
  try {
    return templar.renderTemplate(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!(error instanceof GatError)) throw error;
    const kind = error.code === 'var/undefined' ? 'undefined' : 'error';
    return new Map([['__error__', kind] as const, ['detail', error.what] as const]);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(file);
    return pathKind(file) === 'file' ? [file] : [];
  });
}
