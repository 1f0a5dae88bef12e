/** A batch: several steps for one host in one program, each told apart in its output; what follows a failed step is left out. */
import { maskKnown } from '../base/secret.ts';
import { type Script, sh, steps } from '../base/shell.ts';
import { defineNote, oneLine } from './journal.ts';
import { preamble } from './preamble.ts';
import { beginWatch, defineWatch } from './watch.ts';

/** One step: the work of one resource, or of several of a bulk kind. */
export type Step = {
  /** A word of our own making: letters and digits. */
  readonly name: string;
  readonly script: Script;
  /** What it is about, for the host's own notes: `kind[name]`. */
  readonly label: string;
  /** What it does, such as `create`. */
  readonly summary: string;
  readonly limitSeconds: number;
  /** Names of earlier steps of the same batch that must have succeeded. */
  readonly needs: readonly string[];
};

/** How a step ended. */
export type StepEnd = {
  readonly name: string;
  readonly code: number | 'skipped';
  readonly output: string;
  /** By the host's clock, so that a broken connection doesn't count; undefined when the host has none. */
  readonly seconds: number | undefined;
  /** Its time was over, so it was ended. */
  readonly isLate: boolean;
  /** What the step itself has to say of its outcome, by `gd_remark`. */
  readonly remark?: string;
};

export type BatchListener = {
  begin(name: string): void;
  line(name: string, line: string): void;
  end(end: StepEnd): void;
  /** A line that no step has printed. */
  outside(line: string): void;
};

/** How much of a step's output is kept, from its end; and of one line, from its beginning, so that what is hidden there stays whole. */
const KEPT_LINES = 60;
const LONGEST_LINE = 65_536;

/** Renders a batch as one program. */
export function renderBatch(batch: readonly Step[], { run, nonce }: { run: string; nonce: string }): Script {
  return steps(
    preamble,
    defineNote(run),
    defineWatch(nonce),
    defineRun(nonce),
    ...batch.map((step) => steps(sh`${word(`gd_do_${step.name}`)}() { :`, step.script, sh`}`)),
    beginWatch,
    ...batch.map(
      ({ name, limitSeconds, label, summary, needs }) =>
        sh`gd_run ${[name, limitSeconds, oneLine(label), oneLine(summary)]} ${needs}`,
    ),
    sh`kill "$gd_watcher"`,
  );
}

/**
 * `gd_run NAME LIMIT LABEL SUMMARY NEED…`; a step's time is counted from its own start. A step says by `gd_remark TEXT`
 * what people should know of its outcome, though it did not fail.
 */
function defineRun(nonce: string): Script {
  return sh`gd_failed=' '
gd_remark() { printf '\\n@%s remark %s\\n' ${nonce} "$(printf '%s' "$*" | tr -s '[:cntrl:]' ' ')"; }
gd_run() {
  gd_name=$1 gd_limit=$2 gd_label=$3 gd_summary=$4; shift 4
  for gd_need in "$@"; do case "$gd_failed" in *" $gd_need "*)
    gd_failed="$gd_failed$gd_name "; printf '\n@%s skip %s\n' ${nonce} "$gd_name"; return;; esac; done
  read -r gd_begun gd_idle </proc/uptime
  printf '\n@%s begin %s %s\n' ${nonce} "$gd_name" "$gd_begun"
  (
    gd_mark "$gd_limit" "$gd_label"
    set -e
    "gd_do_$gd_name"
  ) </dev/null 2>&1
  gd_code=$?
  : >"$gd_folder/step"
  read -r gd_ended gd_idle </proc/uptime
  if test "$gd_code" = 0; then gd_note done "$gd_label" "$gd_summary"
  else gd_note failed "$gd_label" "exit $gd_code"; gd_failed="$gd_failed$gd_name "; fi
  printf '\n@%s end %s %s %s\n' ${nonce} "$gd_name" "$gd_code" "$gd_ended"
}`;
}

/** A name that is a shell word as it stands; anything else would be a bug. */
function word(name: string): Script {
  if (!/^[a-z0-9_]+$/i.test(name)) throw new Error(`not a step name: ${name}`);
  return sh`${name}`;
}

/** Reads a batch's output as it comes; returns the function to give each chunk to. */
export function batchReader(nonce: string, listener: BatchListener): (chunk: Buffer) => void {
  let rest = '';
  let current: Current | undefined;
  const decoder = new TextDecoder();
  const readFrame = ([what = '', name = '', ...words]: readonly string[]): void => {
    if (what === 'late' || what === 'remark') {
      if (current) noteOf(current, what, [name, ...words].join(' '));
      return;
    }
    if (what === 'begin') listener.begin(name);
    else listener.end(endOf(what, name, words, current));
    current =
      what === 'begin' ? { name, lines: [], dropped: 0, isLate: false, begun: Number(words[0]) } : undefined;
  };
  const readLine = (line: string): void => {
    if (line.startsWith(`@${nonce} `)) {
      readFrame(line.slice(nonce.length + 2).split(' '));
    } else if (line !== '') keep(current, line, listener);
  };
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    lines.forEach(readLine);
  };
}

type Current = {
  readonly name: string;
  readonly begun: number;
  readonly lines: string[];
  dropped: number;
  isLate: boolean;
  remark?: string;
};

/** What is told in the middle of a step. */
function noteOf(current: Current, what: 'late' | 'remark', text: string): void {
  if (what === 'late') current.isLate = true;
  else current.remark = maskKnown(text).slice(0, 400);
}

function endOf(what: string, name: string, words: readonly string[], current: Current | undefined): StepEnd {
  const { lines = [], dropped = 0 } = current ?? {};
  const output = [...(dropped > 0 ? [`(${dropped} earlier lines are left out)`] : []), ...lines].join('\n');
  const seconds = Number(words[1]) - (current?.begun ?? Number.NaN);
  return {
    name,
    code: what === 'skip' ? 'skipped' : Number(words[0]),
    output,
    seconds: Number.isNaN(seconds) ? undefined : seconds,
    isLate: current?.isLate ?? false,
    ...(current?.remark === undefined ? {} : { remark: current.remark }),
  };
}

function keep(current: Current | undefined, line: string, listener: BatchListener): void {
  const shown = maskKnown(line).slice(0, 2000);
  if (current) {
    current.lines.push(shown);
    if (current.lines.length > KEPT_LINES) {
      current.lines.shift();
      current.dropped++;
    }
    listener.line(current.name, shown);
  } else listener.outside(shown);
}
