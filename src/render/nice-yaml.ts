/** Writes values as the YAML that Ansible users know from `to_nice_yaml`: keys sorted, four spaces, block style. */
import type { Text } from '../base/secret.ts';
import type { Value } from '../base/value.ts';
import { fromValue } from './convert.ts';
import { redactedText } from './python/ambient.ts';
import { emitYaml } from './yaml/emit.ts';
import { represent } from './yaml/represent.ts';

/** Renders a value as a YAML text that ends with a newline; a Secret when one is inside. */
export function renderNiceYaml(value: Value): Text {
  return redactedText(() => {
    const root = represent(fromValue(value), { flow: false, sortKeys: true });
    return emitYaml(root, { indent: 4, width: 80, explicitStart: false, explicitEnd: false });
  });
}
