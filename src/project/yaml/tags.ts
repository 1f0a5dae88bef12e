/** Values with a tag: Ansible's `!vault` and `!unsafe`, and YAML's own such as `!!str`. */
import { isScalar, type ParsedNode, type Scalar as ScalarSyntax } from 'yaml';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { GatError } from '../../base/errors.ts';
import type { Node, ScalarNode } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Scalar } from '../../base/value.ts';
import { parseTagged } from '../../base/yaml-scalar.ts';
import { yamlTag, yamlValue } from './errors.ts';
import { type Build, scalarNode, scalarText } from './leaf.ts';

const YAML = 'tag:yaml.org,2002:';

/** Tags of encrypted values; the second is the old name. */
const VAULT_TAGS: ReadonlySet<string> = new Set(['!vault', '!vault-encrypted']);

const SCALAR_TAGS: Readonly<Record<string, (text: string) => Scalar | undefined>> = {
  str: (text) => text,
  'python/unicode': (text) => text,
  null: () => null,
  bool: (text) => parseTagged('bool', text),
  int: (text) => parseTagged('int', text),
  float: (text) => parseTagged('float', text),
  timestamp: (text) => parseTagged('timestamp', text),
  binary: (text) => Buffer.from(text, 'base64').toString('utf8'),
};

const COLLECTION_TAGS = new Set(['map', 'seq', 'omap', 'pairs', 'set', 'python/dict']);

/** Whether a tag marks an encrypted value. */
export const isVaultTag = (tag: string): boolean => VAULT_TAGS.has(tag);

/** Whether a tag is one of YAML's own that Ansible reads. */
export function isKnownTag(tag: string): boolean {
  const name = shortName(tag);
  return (
    tag === '!' ||
    VAULT_TAGS.has(tag) ||
    (name !== undefined && (COLLECTION_TAGS.has(name) || Object.hasOwn(SCALAR_TAGS, name)))
  );
}

/** The error for a tag that nobody knows, with the nearest one that exists. */
export function unknownTag(position: Position, tag: string): GatError {
  const shown = tag.replace(YAML, '!!');
  const known = ['!vault', '!unsafe', ...Object.keys(SCALAR_TAGS).map((name) => `!!${name}`)];
  return yamlTag(position, shown, didYouMean(shown, known));
}

/** Constructs the value of a tagged part. */
export function constructTagged(tag: string, syntax: ParsedNode, position: Position, build: Build): Node {
  if (VAULT_TAGS.has(tag)) return vaultNode(syntax, position, build);
  if (!isScalar(syntax)) throw yamlValue(position, `${tag.replace(YAML, '!!')} takes a single value`);
  const text = scalarText(syntax as ScalarSyntax);
  const name = shortName(tag);
  const value = name === undefined ? text : SCALAR_TAGS[name]?.(text);
  if (value === undefined) throw yamlValue(position, `\`${text}\` is no ${name ?? 'text'}`);
  return scalarNode(build, value, position);
}

/** An encrypted value is decrypted when somebody asks for it, so that a missing password hurts only who needs it. */
function vaultNode(syntax: ParsedNode, position: Position, build: Build): ScalarNode {
  if (!isScalar(syntax)) throw yamlValue(position, '!vault takes an encrypted text');
  const { decrypt } = build.context;
  const ciphertext = scalarText(syntax as ScalarSyntax);
  if (ciphertext.trim() === '') throw yamlValue(position, '!vault takes an encrypted text, and here is none');
  if (!decrypt)
    throw yamlValue(position, '!vault is not allowed here', 'this file is read before any password is known');
  return {
    kind: 'scalar',
    position,
    template: false,
    sealed: true,
    get value() {
      return decrypt(ciphertext, position);
    },
  };
}

function shortName(tag: string): string | undefined {
  return tag.startsWith(YAML) ? tag.slice(YAML.length) : undefined;
}
