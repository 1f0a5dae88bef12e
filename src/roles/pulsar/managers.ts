/** The managers of app.yml, which run the jobs, each with its options. */
import { isDict, type Scalar, type Value } from '../../base/value.ts';
import { plainText } from '../plain-text.ts';
import type { PulsarValues } from './vars.ts';

type Dict = ReadonlyMap<Scalar, Value>;

const DEFAULT = '_default_';

/** The options of each manager by its name: of `managers`, or of the one in `manager`, or of the one that is always there. */
export function managersOf(config: Dict): ReadonlyMap<string, Dict> {
  const managers = config.get('managers');
  if (managers === undefined || !isDict(managers)) return new Map([[DEFAULT, dictOf(config.get('manager'))]]);
  return new Map([...managers].map(([name, options]) => [String(name), dictOf(options)]));
}

/** Names of the managers, as they stand in the names of the queues. */
export function managerNames(config: Dict): readonly string[] {
  return [...managersOf(config).keys()];
}

/** What a manager does with a job: runs it, or gives it to a cluster. */
export function typeOf(options: Dict): string {
  return plainText(options.get('type')) ?? 'queued_python';
}

/** Where a manager keeps its jobs: its own directory, else that of app.yml, else that of the variable. */
export function stagingOf(v: PulsarValues, options: Dict): string {
  const own = plainText(options.get('staging_directory'));
  return own ?? plainText(v.pulsar_yaml_config_merged.get('staging_directory')) ?? v.pulsar_staging_dir;
}

function dictOf(value: Value | undefined): Dict {
  return value !== undefined && isDict(value) ? value : new Map();
}
