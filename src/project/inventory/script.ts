/** Inventory programs: run with `--list`, and `--host NAME` for old ones, only when the user allows it. */
import { spawnSync } from 'node:child_process';
import type { Node } from '../../base/node.ts';
import { parseJson } from '../yaml/json.ts';
import { addChildGroup, addGroup, addHost, type InventoryData, InventoryFault } from './model.ts';
import { setGroupVariable, setVariable } from './variables.ts';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program and reads its groups and hosts; returns why when it fails. */
export function readScript(program: string, shown: string, data: InventoryData): string | undefined {
  try {
    readOutput(program, shown, data);
    return undefined;
  } catch (error) {
    if (error instanceof InventoryFault) return error.message;
    throw error;
  }
}

function readOutput(program: string, shown: string, data: InventoryData): void {
  const root = entriesOf(runForJson(program, ['--list'], shown), 'the output');
  const meta = root.get('_meta');
  root.delete('_meta');
  const hostvars = meta ? entriesOf(meta, '_meta').get('hostvars') : undefined;
  const known = hostvars ? entriesOf(hostvars, 'hostvars') : undefined;
  const names = new Set<string>();
  for (const [name, node] of root) readGroup(data, name, node, program, names);
  for (const name of names) {
    const vars = known ? known.get(name) : runForJson(program, ['--host', name], shown);
    const entries = vars ? entriesOf(vars, `the variables of ${name}`) : [];
    for (const [key, node] of entries) setVariable(data, name, key, { node, position: node.position });
  }
}

function readGroup(data: InventoryData, name: string, node: Node, program: string, names: Set<string>): void {
  const group = addGroup(data, name);
  const sections = node.kind === 'list' ? new Map([['hosts', node]]) : entriesOf(node, name);
  for (const host of textsOf(sections.get('hosts'), `${name}.hosts`)) {
    names.add(host);
    addHost(data, host, group, program);
  }
  const vars = sections.get('vars');
  for (const [key, value] of vars ? entriesOf(vars, `${name}.vars`) : [])
    setGroupVariable(data, group, key, { node: value, position: value.position });
  for (const child of textsOf(sections.get('children'), `${name}.children`))
    addChildGroup(group, addGroup(data, child));
}

function runForJson(program: string, args: readonly string[], shown: string): Node {
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES });
  if (result.error) throw new InventoryFault(`the program cannot be run: ${result.error.message}`);
  if (result.status !== 0)
    throw new InventoryFault(`the program failed with ${result.status ?? result.signal}: ${result.stderr.trim()}`);
  if (result.stdout.trim() === '' && args[0] === '--host')
    return { kind: 'dict', entries: new Map(), position: { file: shown, line: 1, column: 1 } };
  const node = parseJson(result.stdout, { file: `${shown} ${args.join(' ')}` });
  if (!node) throw new InventoryFault('the output of the program is no JSON');
  return node;
}

function entriesOf(node: Node, what: string): Map<string, Node> {
  if (node.kind !== 'dict') throw new InventoryFault(`${what} of the program must be a JSON object`);
  return new Map([...node.entries].map(([key, value]) => [String(key), value]));
}

function textsOf(node: Node | undefined, what: string): string[] {
  if (!node) return [];
  if (node.kind !== 'list') throw new InventoryFault(`${what} of the program must be a JSON list`);
  return node.items.map((item) => (item.kind === 'scalar' ? String(item.value) : ''));
}
