/** Frames the output of several scripts that run in one program, so that any bytes survive and no output can forge a frame. */
import { randomBytes } from 'node:crypto';
import { constants, gunzipSync } from 'node:zlib';
import { type Script, sh, steps } from '../base/shell.ts';
import { defineGuarded } from './deadline.ts';

/** A script with a name of our own making (letters, digits, dashes). */
export type Section = { readonly name: string; readonly script: Script; readonly needs?: string };

/** What one section printed; no code when the host lacks the program it needs. */
export type SectionOutput = { readonly stdout: Buffer; readonly code: number | undefined };

/** A word that output can't guess: 128 random bits. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/**
 * Renders sections into one program, which compresses what it prints. A missing last frame means that the connection was
 * lost. The output ends with its last line, not with the last process that holds it open: what waits below a mount that no
 * longer answers lives on after SIGKILL.
 */
export function renderSections(sections: readonly Section[], nonce: string): Script {
  return sh`export LC_ALL=C
${defineLane(sh`gd_all`, sections, { nonce, last: 'over' })}
${defineGuarded}
if ${HAS_GZIP}; then gd_guarded gd_all | ${until(nonce, 'over')} | gzip; else gd_guarded gd_all; fi`;
}

/**
 * The same for many sections: `first` are over before any other begins, then two lanes run beside each other, because reading is
 * mostly programs that start and wait. What the second one prints waits until the first one has printed all.
 */
export function renderLanes(first: readonly Section[], sections: readonly Section[], nonce: string): Script {
  const [one, two] = [0, 1].map((lane) => sections.filter((_section, index) => index % 2 === lane));
  return sh`export LC_ALL=C
${defineLane(sh`gd_first`, first, { nonce, last: 'first' })}
${defineLane(sh`gd_one`, one ?? [], { nonce, last: 'one' })}
${defineLane(sh`gd_two`, two ?? [], { nonce, last: 'over' })}
${defineGuarded}
gd_lanes() {
gd_guarded gd_first
gd_guarded gd_one | { exec 3<&0
gd_guarded gd_two </dev/null 3<&- | { ${until(nonce, 'one')} <&3; ${until(nonce, 'over')}; }; }
}
if ${HAS_GZIP}; then gd_lanes | ${until(nonce, 'over')} | gzip; else for gd_lane in gd_first gd_one gd_two; do gd_guarded "$gd_lane"; done; fi`;
}

const HAS_GZIP = sh`command -v gzip >/dev/null 2>&1`;

/** A program that passes on what it reads until a lane has ended. */
function until(nonce: string, last: string): Script {
  return sh`sed ${`/^@${nonce} ${last}$/q`}`;
}

/** A function that runs sections one after the other and ends with a line of its own. */
function defineLane(name: Script, sections: readonly Section[], end: { nonce: string; last: string }): Script {
  const { nonce, last } = end;
  return sh`${name}() { :
${steps(...sections.map((section) => renderSection(section, nonce)))}
printf '@%s %s\n' ${nonce} ${last}
}`;
}

function renderSection({ name, script, needs }: Section, nonce: string): Script {
  return sh`printf '\n@%s begin %s\n' ${nonce} ${name}
if ${needs === undefined ? sh`true` : sh`command -v ${needs} >/dev/null 2>&1`}; then
( :
${script}
) </dev/null 2>/dev/null; gd_code=$?
else gd_code=missing; fi
printf '\n@%s end %s %s\n' ${nonce} ${name} "$gd_code"`;
}

/** Splits what such a program printed; sections whose end is missing are left out. */
export function parseSections(printed: Buffer, nonce: string): ReadonlyMap<string, SectionOutput> {
  const stdout = unpacked(printed);
  const outputs = new Map<string, SectionOutput>();
  let at = 0;
  for (;;) {
    const begin = nextFrame(stdout, at, `\n@${nonce} begin `);
    if (!begin) return outputs;
    const end = nextFrame(stdout, begin.end, `\n@${nonce} end ${begin.words} `);
    if (!end) return outputs;
    const code = end.words === 'missing' ? undefined : Number(end.words);
    outputs.set(begin.words, { stdout: stdout.subarray(begin.end, end.start), code });
    at = end.end - 1;
  }
}

/** More than this is no answer to a question of ours. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What was printed before it was compressed, if it was; what is broken counts as nothing. See RFC 1952, section 2.3. */
function unpacked(printed: Buffer): Buffer {
  if (printed[0] !== 0x1f || printed[1] !== 0x8b) return printed;
  try {
    return gunzipSync(printed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_BYTES });
  } catch {
    return Buffer.alloc(0);
  }
}

function nextFrame(
  bytes: Buffer,
  from: number,
  mark: string,
): { words: string; start: number; end: number } | undefined {
  const start = bytes.indexOf(mark, from);
  const line = start < 0 ? -1 : bytes.indexOf('\n', start + mark.length);
  if (line < 0) return undefined;
  return { words: bytes.subarray(start + mark.length, line).toString('utf8'), start, end: line + 1 };
}
