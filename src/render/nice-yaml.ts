/** Writes values as the YAML that Ansible users know from `to_nice_yaml`: keys sorted, four spaces, block style. */
import { Document, type ParsedNode, YAMLMap, YAMLSeq, Scalar as YamlScalar } from 'yaml';
import { Secret, type Text } from '../base/secret.ts';
import { DateValue, Float, isDict, isList, type Scalar, type Value } from '../base/value.ts';

type Node = YamlScalar | YAMLMap | YAMLSeq;

/** Renders a value as a YAML text that ends with a newline; a Secret when one is inside. */
export function renderNiceYaml(value: Value): Text {
  const text = render(value, (secret) => secret.reveal());
  const shown = render(value, (secret) => secret.redacted);
  return text === shown ? text : new Secret(text, shown);
}

function render(value: Value, secretText: (secret: Secret) => string): string {
  // YAML 1.1 quotes `yes`, `on` and `0750`, which PyYAML would read as something else than text.
  const document = new Document<ParsedNode>(undefined, { version: '1.1' });
  document.contents = nodeOf(value, secretText) as ParsedNode;
  return document.toString({ indent: 4, indentSeq: false, lineWidth: 0, singleQuote: true });
}

function nodeOf(value: Value, secretText: (secret: Secret) => string): Node {
  if (isList(value)) {
    const list = new YAMLSeq();
    list.items = value.map((item) => nodeOf(item, secretText));
    return list;
  }
  if (!isDict(value)) return scalarOf(value, secretText);
  const dict = new YAMLMap<Node, Node>();
  const sorted = [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  for (const [key, item] of sorted) dict.set(scalarOf(key, secretText), nodeOf(item, secretText));
  return dict;
}

/** A float stays one: `2.0` is not written as `2`. */
function scalarOf(value: Scalar, secretText: (secret: Secret) => string): YamlScalar {
  if (value instanceof Secret) return new YamlScalar(secretText(value));
  if (value instanceof DateValue) return new YamlScalar(value.iso);
  if (!(value instanceof Float)) return new YamlScalar(value);
  const node = new YamlScalar(value.value);
  if (Number.isInteger(value.value)) node.minFractionDigits = 1;
  return node;
}
