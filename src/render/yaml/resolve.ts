/** What a plain YAML 1.1 scalar stands for, by PyYAML's rules. */

export type YamlTag = 'bool' | 'float' | 'int' | 'merge' | 'null' | 'timestamp' | 'value' | 'str';

const TIME = '[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \\t]+)[0-9][0-9]?:[0-9][0-9]:[0-9][0-9](?:\\.[0-9]*)?';
const ZONE = '(?:[ \\t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?))?';

const PATTERNS: readonly (readonly [YamlTag, RegExp, RegExp])[] = [
  ['bool', /^[yYnNtTfFoO]/, /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  [
    'float',
    /^[-+0-9.]/,
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    /^[-+0-9]/,
    /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  ],
  ['merge', /^</, /^<<$/],
  ['null', /^(?:[~nN]|$)/, /^(?:~|null|Null|NULL|)$/],
  ['timestamp', /^[0-9]/, new RegExp(`^(?:[0-9]{4}-[0-9][0-9]-[0-9][0-9]|${TIME}${ZONE})$`)],
  ['value', /^=/, /^=$/],
];

/** The tag of a plain scalar. */
export function resolvePlain(text: string): YamlTag {
  const found = PATTERNS.find(([, first, whole]) => first.test(text) && whole.test(text));
  return found?.[0] ?? 'str';
}
