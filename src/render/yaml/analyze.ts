/** How a text may be written in YAML: which of plain and single-quoted keep it as it is. */

export type Analysis = {
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly singleQuoted: boolean;
  readonly block: boolean;
};

const EMPTY: Analysis = { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true, block: false };

const BREAK = /[\n\r\x85\u2028\u2029]/u;
const BLANK_OR_END = '(?:[\\x00 \\t\\n\\r\\x85\\u2028\\u2029]|$)';
/** What libyaml calls printable; characters beyond U+FFFF are not. */
const PRINTABLE = /^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/u;

const FLOW_START = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`?:])/u;
const FLOW_INSIDE = /(?!^)[,?[\]{}:]/u;
const BLOCK = new RegExp(
  `^(?:---|\\.\\.\\.|[#,[\\]{}&*!|>'"%@\`])|^[-?:]${BLANK_OR_END}|:${BLANK_OR_END}|[\\x00 \\t\\n\\r\\x85\\u2028\\u2029]#`,
  'u',
);
const DASH_START = new RegExp(`^-${BLANK_OR_END}`, 'u');

/** Analyses a text as libyaml's emitter. */
export function analyze(text: string): Analysis {
  if (text === '') return EMPTY;
  const special = !PRINTABLE.test(text);
  const multiline = BREAK.test(text);
  const edges = /^[ \n\r\x85\u2028\u2029]|[ \n\r\x85\u2028\u2029]$/u.test(text);
  const breakSpace = /[\n\r\x85\u2028\u2029] /u.test(text);
  const spaceBreak = / [\n\r\x85\u2028\u2029]/u.test(text);
  const block = BLOCK.test(text);
  const flow = block || FLOW_START.test(text) || FLOW_INSIDE.test(text) || DASH_START.test(text);
  const plain = !edges && !breakSpace && !spaceBreak && !special && !multiline;
  return {
    multiline,
    flowPlain: plain && !flow,
    blockPlain: plain && !block,
    singleQuoted: !breakSpace && !spaceBreak && !special,
    block: !spaceBreak && !special && !text.endsWith(' '),
  };
}
