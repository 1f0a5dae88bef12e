/** The XML form of Galaxy's job configuration as the same tree as the YAML form; places are those of the tags. */
import type { DictNode, Node } from '../../base/node.ts';
import { type Position, positionAt } from '../../base/position.ts';
import type { Scalar } from '../../base/value.ts';

type Element = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly at: Position;
  readonly children: Element[];
  text: string;
};

/** Parses it; undefined when it is no job configuration. */
export function parseJobConfXml(text: string, file: string): Node | undefined {
  const root = parseElements(text, file).children.find((one) => one.name === 'job_conf');
  if (!root) return undefined;
  const section = (name: string) => root.children.find((one) => one.name === name);
  const destinations = section('destinations');
  const first = destinations?.attributes.get('default');
  const environments = dictOf(
    destinations?.children.map((one) => [one.attributes.get('id') ?? '', withParams(one), one.at]) ?? [],
    root.at,
  );
  const execution: Entry[] = [['environments', environments, root.at]];
  if (destinations && first !== undefined)
    execution.push(['default', scalar(first, destinations.at), destinations.at]);
  const plugins = section('plugins')?.children ?? [];
  const listed = (name: string): Node => ({
    kind: 'list',
    items: (section(name)?.children ?? []).map((one) => withParams(one)),
    position: root.at,
  });
  return dictOf(
    [
      [
        'runners',
        dictOf(
          plugins.map((one) => [one.attributes.get('id') ?? '', withParams(one), one.at]),
          root.at,
        ),
      ],
      ['execution', dictOf(execution, root.at)],
      ['tools', listed('tools')],
      ['limits', listed('limits')],
    ].map(([key, node]) => [key as string, node as Node, root.at]),
    root.at,
  );
}

type Entry = readonly [string, Node, Position];

function withParams(element: Element): DictNode {
  const attributes = [...element.attributes].map(
    ([key, value]): Entry => [key, scalar(value, element.at), element.at],
  );
  const params = element.children
    .filter((one) => one.name === 'param')
    .map((one): Entry => [one.attributes.get('id') ?? '', scalar(one.text.trim(), one.at), one.at]);
  const isListed = element.name === 'tool' || element.name === 'limit';
  const kept = attributes.filter(([key]) => isListed || !['id', 'type'].includes(key));
  return dictOf([...kept, ...params], element.at);
}

function dictOf(entries: readonly Entry[], position: Position): DictNode {
  return {
    kind: 'dict',
    entries: new Map<Scalar, Node>(entries.map(([key, node]) => [key, node])),
    keyPositions: new Map<Scalar, Position>(entries.map(([key, , at]) => [key, at])),
    position,
  };
}

function scalar(value: string, position: Position): Node {
  return { kind: 'scalar', value, position, template: false };
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/\s*([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/g;

/** As far as job configurations go: tags, attributes, texts, comments. */
function parseElements(text: string, file: string): Element {
  const root = element('', '', positionAt(text, 0, file));
  const open = [root];
  for (const match of text.matchAll(TOKEN)) {
    const [whole, closed, opened, attributes = '', isEmpty] = match;
    const current = open.at(-1) ?? root;
    if (closed !== undefined && open.length > 1) open.pop();
    if (!whole.startsWith('<')) current.text += plainText(whole);
    if (opened === undefined) continue;
    const child = element(opened, attributes, positionAt(text, match.index, file));
    current.children.push(child);
    if (!isEmpty) open.push(child);
  }
  return root;
}

function element(name: string, attributes: string, at: Position): Element {
  return { name, attributes: readAttributes(attributes), at, children: [], text: '' };
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return new Map(pairs.map(([, key = '', double, single]) => [key, plainText(double ?? single ?? '')]));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainText(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
