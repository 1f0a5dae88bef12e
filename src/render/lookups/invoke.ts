/** `lookup`, `query` and `q`. */
import { Fault } from '../fault.ts';
import type { Tools } from '../plugin.ts';
import type { Arguments, PyValue } from '../python/value.ts';

/** Runs a lookup by name. @throws Fault lookup */
export function invokeLookup(_tools: Tools, args: Arguments, _wantList: boolean): PyValue {
  const [name] = args.positional;
  throw new Fault('lookup', `the lookup plugin ${String(name)} was not found`);
}
