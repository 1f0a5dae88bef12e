/** Reads a YAML text that was made from templates, such as a rendered job_conf.yml. */
import { Secret, type Text } from '../base/secret.ts';
import type { Value } from '../base/value.ts';
import { finish, toValue } from './convert.ts';
import { Fault } from './fault.ts';
import { loadYaml } from './yaml/load.ts';

/** The first document of a text; undefined when it is no YAML. Texts in it are secret where the whole is one. */
export function parseYaml(text: Text): Value | undefined {
  try {
    const [first = null] = loadYaml(typeof text === 'string' ? text : text.reveal());
    const value = finish(first);
    if (value === undefined) return undefined;
    return typeof text === 'string' ? toValue(value) : veiled(toValue(value));
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Words of a configuration are no secrets, but what looks like an address with a password may be one. */
function veiled(value: Value): Value {
  if (typeof value === 'string') return /^\w+:\/\/[^/]*:[^/]*@/.test(value) ? new Secret(value, '***') : value;
  if (Array.isArray(value)) return value.map(veiled);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, veiled(one)]));
  return value;
}
