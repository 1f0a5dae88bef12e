/** The variables in which `gatdeploy eval` and `gatdeploy render` evaluate: a host's, and those of a file before them. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Node, Scope } from '../../base/node.ts';
import { projectAccess } from '../../project/access.ts';
import { shownScope } from '../../project/host-variables.ts';
import { loadProject } from '../../project/project.ts';
import { Fault } from '../../render/fault.ts';
import { readJsonNodes } from '../../render/json-vars.ts';
import type { LookupAccess } from '../../render/lookups/access.ts';
import { projectOptions, type StackOptions } from '../../stack/options.ts';
import { addProjectOptions } from '../run/options.ts';
import { controllerAccess } from './controller-access.ts';
import { invalidVars, unreadableFile } from './errors.ts';

export type ContextOptions = StackOptions & {
  readonly host?: string;
  readonly playbook?: string;
  readonly facts?: string;
  readonly vars?: string;
};

export type Context = { readonly scope: Scope; readonly access: LookupAccess };

/** Adds the options that say which variables count. */
export function addContextOptions(command: Command): Command {
  return addProjectOptions(command)
    .option('--host <name>', "use this host's variables")
    .option('--playbook <file>', 'the playbook whose plays count')
    .option('--facts <file>', 'facts from JSON instead of a host')
    .option('--vars <file>', 'variables from a JSON file (- for standard input); they go before all others');
}

/** Finds the variables and what templates may see. @throws GatError */
export async function commandContext(options: ContextOptions): Promise<Context> {
  const own = options.vars === undefined ? new Map<string, Node>() : readVariables(options.vars);
  if (options.host === undefined) {
    return { scope: overlay(own, undefined), access: controllerAccess([process.cwd()]) };
  }
  const { playbook, facts } = options;
  const project = await loadProject(options.directory, {
    ...projectOptions(options),
    ...(playbook !== undefined && { playbook }),
    ...(facts !== undefined && { factsFile: facts }),
  });
  const scope = shownScope(project, options.host, playbook === undefined ? {} : { playbook });
  return { scope: overlay(own, scope), access: projectAccess(project) };
}

/** Variables that go before those of a scope. */
export function overlay(own: ReadonlyMap<string, Node>, scope: Scope | undefined): Scope {
  return {
    lookup: (name) => own.get(name) ?? scope?.lookup(name),
    names: () => new Set([...own.keys(), ...(scope?.names() ?? [])]),
    ...(scope?.hosts && { hosts: scope.hosts }),
  };
}

function readVariables(file: string): Map<string, Node> {
  const root = parseVariables(readText(file), file);
  if (root.kind !== 'dict') throw invalidVars(file, 'it holds no object');
  return new Map([...root.entries].map(([name, node]) => [String(name), node]));
}

function parseVariables(text: string, file: string): Node {
  try {
    return readJsonNodes(text, file);
  } catch (error) {
    if (error instanceof Fault) throw invalidVars(file, error.message);
    throw error;
  }
}

/** Reads a text file, or standard input for `-`. @throws GatError eval/unreadable */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw unreadableFile(file, error);
  }
}
