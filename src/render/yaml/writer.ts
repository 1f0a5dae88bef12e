/** The state of writing YAML: column, indentation, and whether white space was just written. */

export type Writer = {
  out: string;
  column: number;
  indent: number;
  flowLevel: number;
  whitespace: boolean;
  indention: boolean;
  /** The last scalar keeps its line ends, so that only a mark can end the document. */
  openEnded: boolean;
  readonly bestIndent: number;
  readonly width: number;
  /** The style that was asked for all scalars, if any. */
  readonly style: string | undefined;
  /** Every node with its tag, every item on a line of its own. */
  readonly canonical: boolean;
};

/** Starts a document. */
export function startWriter(settings: Pick<Writer, 'bestIndent' | 'width' | 'style' | 'canonical'>): Writer {
  return {
    out: '',
    column: 0,
    indent: -1,
    flowLevel: 0,
    whitespace: true,
    indention: true,
    openEnded: false,
    ...settings,
  };
}

/** Writes text that holds no line end. */
export function put(writer: Writer, text: string): void {
  writer.out += text;
  writer.column += text.length > 1 ? Array.from(text).length : text.length;
}

/** Writes a line end. */
export function putBreak(writer: Writer, char = '\n'): void {
  writer.out += char;
  writer.column = 0;
}

type IndicatorOptions = { readonly space?: boolean; readonly whitespace?: boolean; readonly indention?: boolean };

/** Writes a sign such as `-`, with a space before it where one is needed. */
export function writeIndicator(writer: Writer, indicator: string, options: IndicatorOptions): void {
  if (options.space && !writer.whitespace) put(writer, ' ');
  put(writer, indicator);
  writer.openEnded = false;
  writer.whitespace = options.whitespace ?? false;
  writer.indention = writer.indention && (options.indention ?? false);
}

/** Goes to the indentation of the level at hand, on a new line where needed. */
export function writeIndent(writer: Writer): void {
  const indent = Math.max(0, writer.indent);
  const stays = writer.indention && writer.column <= indent && !(writer.column === indent && !writer.whitespace);
  if (!stays) putBreak(writer);
  if (writer.column < indent) put(writer, ' '.repeat(indent - writer.column));
  writer.whitespace = true;
  writer.indention = true;
}
