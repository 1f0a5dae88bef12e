/** YAML nodes as text, byte for byte as PyYAML's dumper on libyaml. */
import { produce } from '../limits.ts';
import { type Analysis, analyze } from './analyze.ts';
import { foldedText, literalText } from './block-scalars.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from './represent.ts';
import { doubleQuoted, plainText, singleQuoted } from './scalars.ts';
import { startWriter, type Writer, writeIndent, writeIndicator } from './writer.ts';

export type EmitOptions = {
  readonly indent: number;
  readonly width: number;
  readonly explicitStart: boolean;
  readonly explicitEnd: boolean;
  readonly style?: string;
  readonly canonical?: boolean;
};

type Place = { readonly mapping?: boolean; readonly key?: boolean };

/** Writes a document. */
export function emitYaml(root: YamlNode, options: EmitOptions): string {
  const indent = options.indent > 1 && options.indent < 10 ? options.indent : 2;
  const width = options.width >= 0 && options.width <= indent * 2 ? 80 : options.width;
  const { style, canonical = false } = options;
  const writer = startWriter({
    bestIndent: indent,
    width: width < 0 ? Number.MAX_SAFE_INTEGER : width,
    style,
    canonical,
  });
  if (options.explicitStart || canonical) {
    writeIndent(writer);
    writeIndicator(writer, '---', { space: true });
    if (canonical) writeIndent(writer);
  }
  emitNode(writer, root, {});
  writeIndent(writer);
  if (options.explicitEnd || writer.openEnded) {
    writeIndicator(writer, '...', { space: true });
    writeIndent(writer);
  }
  produce(writer.out.length);
  return writer.out;
}

function emitNode(writer: Writer, node: YamlNode, place: Place): void {
  if (node.kind === 'alias') {
    writeIndicator(writer, `*${node.anchor}`, { space: true });
    return;
  }
  if (node.kind === 'scalar') {
    withIndent(writer, { flow: true }, () => emitScalar(writer, node, place));
    return;
  }
  if (node.anchor !== undefined) writeIndicator(writer, `&${node.anchor}`, { space: true });
  if (writer.canonical) writeIndicator(writer, node.kind === 'sequence' ? '!!seq' : '!!map', { space: true });
  if (node.kind === 'sequence') emitSequence(writer, node, place);
  else emitMapping(writer, node);
}

/** Runs with the indentation of the next level. */
function withIndent(writer: Writer, level: { flow: boolean; indentless?: boolean }, run: () => void): void {
  const before = writer.indent;
  if (before < 0) writer.indent = level.flow ? writer.bestIndent : 0;
  else if (!level.indentless) writer.indent = before + writer.bestIndent;
  run();
  writer.indent = before;
}

function emitSequence(writer: Writer, node: YamlSequence, place: Place): void {
  if (writer.flowLevel > 0 || writer.canonical || node.flow || node.items.length === 0) {
    emitFlow(writer, '[]', node.items, (item) => emitNode(writer, item, {}));
    return;
  }
  const indentless = (place.mapping ?? false) && !writer.indention;
  withIndent(writer, { flow: false, indentless }, () => {
    for (const item of node.items) {
      writeIndent(writer);
      writeIndicator(writer, '-', { space: true, indention: true });
      emitNode(writer, item, {});
    }
  });
}

const isFull = (writer: Writer): boolean => writer.canonical || writer.column > writer.width;

function emitFlow<T>(writer: Writer, brackets: string, items: readonly T[], emit: (item: T) => void): void {
  writeIndicator(writer, brackets.charAt(0), { space: true, whitespace: true });
  writer.flowLevel++;
  withIndent(writer, { flow: true }, () => {
    for (const [index, item] of items.entries()) {
      if (index > 0) writeIndicator(writer, ',', {});
      if (isFull(writer)) writeIndent(writer);
      emit(item);
    }
  });
  writer.flowLevel--;
  if (writer.canonical && items.length > 0) {
    writeIndicator(writer, ',', {});
    writeIndent(writer);
  }
  writeIndicator(writer, brackets.charAt(1), {});
}

function emitMapping(writer: Writer, node: YamlMapping): void {
  if (writer.flowLevel > 0 || writer.canonical || node.flow || node.pairs.length === 0) {
    emitFlow(writer, '{}', node.pairs, (pair) => emitPair(writer, pair, true));
    return;
  }
  withIndent(writer, { flow: false }, () => {
    for (const pair of node.pairs) {
      writeIndent(writer);
      emitPair(writer, pair, false);
    }
  });
}

function emitPair(writer: Writer, [key, value]: readonly [YamlNode, YamlNode], flow: boolean): void {
  if (!writer.canonical && isSimpleKey(key)) {
    emitNode(writer, key, { mapping: true, key: true });
    writeIndicator(writer, ':', {});
  } else {
    writeIndicator(writer, '?', { space: true, indention: !flow });
    emitNode(writer, key, { mapping: true });
    if (!flow || isFull(writer)) writeIndent(writer);
    writeIndicator(writer, ':', { space: true, indention: !flow });
  }
  emitNode(writer, value, { mapping: true });
}

function isSimpleKey(node: YamlNode): boolean {
  if (node.kind === 'alias') return true;
  if (node.kind === 'sequence') return node.items.length === 0;
  if (node.kind === 'mapping') return node.pairs.length === 0;
  return Buffer.byteLength(node.text) <= 128 && !analyze(node.text).multiline;
}

function emitScalar(writer: Writer, node: YamlScalar, place: Place): void {
  const analysis = analyze(node.text);
  if (node.tag || writer.canonical) writeIndicator(writer, `!!${node.type}`, { space: true });
  const style = styleOf(writer, node, analysis, place.key ?? false);
  if (style !== '' && node.typed && !writer.canonical) writeIndicator(writer, '!', { space: true });
  const split = !(place.key ?? false);
  if (style === '"') doubleQuoted(writer, node.text, split);
  else if (style === "'") singleQuoted(writer, node.text, split);
  else if (style === '|') literalText(writer, node.text);
  else if (style === '>') foldedText(writer, node.text);
  else plainText(writer, node.text, split);
}

function styleOf(writer: Writer, node: YamlScalar, analysis: Analysis, key: boolean): string {
  if (writer.style === '"' || writer.canonical || (key && analysis.multiline)) return '"';
  if (writer.style === '|' || writer.style === '>') return blockStyleOf(writer, writer.style, analysis, key);
  const fits = writer.flowLevel > 0 ? analysis.flowPlain : analysis.blockPlain;
  const empty = node.text === '' && (writer.flowLevel > 0 || key);
  if (fits && !empty && node.plain && writer.style !== "'") return '';
  return analysis.singleQuoted ? "'" : '"';
}

function blockStyleOf(writer: Writer, style: string, analysis: Analysis, key: boolean): string {
  return analysis.block && writer.flowLevel === 0 && !key ? style : '"';
}
