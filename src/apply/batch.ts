/** A batch: several steps for one host in one program, each told apart in its output; what follows a failed step is left out. */
import { maskKnown } from '../base/secret.ts';
import { type Script, sh, steps } from '../base/shell.ts';
import { preamble } from './preamble.ts';

/** One step: the work of one resource, or of several of a bulk kind. */
export type Step = {
  /** A word of our own making: letters and digits. */
  readonly name: string;
  readonly script: Script;
  /** Names of earlier steps of the same batch that must have succeeded. */
  readonly needs: readonly string[];
};

/** How a step ended. */
export type StepEnd = { readonly name: string; readonly code: number | 'skipped'; readonly output: string };

export type BatchListener = {
  begin(name: string): void;
  line(name: string, line: string): void;
  end(end: StepEnd): void;
};

/** How much of a step's output is kept, from its end. */
const KEPT_LINES = 60;

/** Renders a batch as one program. */
export function renderBatch(batch: readonly Step[], nonce: string): Script {
  return steps(
    preamble,
    sh`gd_failed=' '
gd_run() {
  gd_name=$1; shift
  for gd_need in "$@"; do case "$gd_failed" in *" $gd_need "*)
    gd_failed="$gd_failed$gd_name "; printf '\n@%s skip %s\n' ${nonce} "$gd_name"; return;; esac; done
  printf '\n@%s begin %s\n' ${nonce} "$gd_name"
  ( set -e; "gd_do_$gd_name" ) </dev/null 2>&1
  gd_code=$?
  printf '\n@%s end %s %s\n' ${nonce} "$gd_name" "$gd_code"
  test "$gd_code" = 0 || gd_failed="$gd_failed$gd_name "
}`,
    ...batch.map((step) => steps(sh`${word(`gd_do_${step.name}`)}() { :`, step.script, sh`}`)),
    ...batch.map((step) => sh`gd_run ${step.name} ${step.needs}`),
  );
}

/** A name that is a shell word as it stands; anything else would be a bug. */
function word(name: string): Script {
  if (!/^[a-z0-9_]+$/i.test(name)) throw new Error(`not a step name: ${name}`);
  return sh`${name}`;
}

/** Reads a batch's output as it comes; returns the function to give each chunk to. */
export function batchReader(nonce: string, listener: BatchListener): (chunk: Buffer) => void {
  let rest = '';
  let current: { name: string; lines: string[] } | undefined;
  const decoder = new TextDecoder();
  const readFrame = (what: string, name: string, code: string | undefined): void => {
    if (what === 'begin') listener.begin(name);
    if (what === 'skip') listener.end({ name, code: 'skipped', output: '' });
    if (what === 'end') listener.end({ name, code: Number(code), output: (current?.lines ?? []).join('\n') });
    current = what === 'begin' ? { name, lines: [] } : undefined;
  };
  const readLine = (line: string): void => {
    if (line.startsWith(`@${nonce} `)) {
      const [what = '', name = '', code] = line.slice(nonce.length + 2).split(' ');
      readFrame(what, name, code);
    } else if (current && line !== '') keep(current, line, listener);
  };
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(-65_536);
    lines.forEach(readLine);
  };
}

function keep(current: { name: string; lines: string[] }, line: string, listener: BatchListener): void {
  const shown = maskKnown(line).slice(0, 2000);
  current.lines.push(shown);
  if (current.lines.length > KEPT_LINES) current.lines.shift();
  listener.line(current.name, shown);
}
