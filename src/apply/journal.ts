/**
 * What runs have done on a host, kept there: who began which run when, and each step's end. Lines of tab-separated fields:
 * seconds since 1970, run, what happened, details. No content and no value of anything is in it.
 */
import { type Script, sh } from '../base/shell.ts';
import { STATE } from './alive.ts';

const JOURNAL = `${STATE}/journal`;

/** Lines that are kept when a run begins. */
const KEPT_LINES = 5000;

/** One line of the journal. */
export type JournalLine = {
  /** Seconds since 1970, by the host's clock. */
  readonly at: number;
  readonly run: string;
  readonly event: 'begin' | 'done' | 'failed';
  /** Who began the run; or the resource that a step was about. */
  readonly subject: string;
  /** What a step did, such as `create`. */
  readonly summary: string;
};

/** Notes that a run begins, and lets go of what is old. */
export function beginJournal({ run, who }: { readonly run: string; readonly who: string }): Script {
  return sh`(umask 077
  if test "$(wc -l 2>/dev/null <${JOURNAL} || echo 0)" -gt ${KEPT_LINES * 2}; then tail -n ${KEPT_LINES} ${JOURNAL} >${`${JOURNAL}.new`} && mv -f ${`${JOURNAL}.new`} ${JOURNAL}; fi
  printf '%s\t%s\t%s\t%s\n' "$(date +%s)" ${run} begin ${oneLine(who)} >>${JOURNAL})`;
}

/** Defines `gd_note EVENT SUBJECT SUMMARY`, which steps' ends are noted with. */
export function defineNote(run: string): Script {
  return sh`gd_note() {
  (umask 077; printf '%s\t%s\t%s\t%s\t%s\n' "$(date +%s)" ${run} "$1" "$2" "$3" >>${JOURNAL})
}`;
}

/** Prints the journal, or its end. */
export const printJournal: Script = sh`tail -n ${KEPT_LINES} ${JOURNAL} 2>/dev/null || true`;

/** Parses the journal; lines that a crash cut off are left out. */
export function parseJournal(text: string): readonly JournalLine[] {
  return text.split('\n').flatMap((line): JournalLine[] => {
    const [at = '', run = '', event = '', subject = '', summary = ''] = line.split('\t');
    if (!/^\d+$/.test(at) || !isEvent(event)) return [];
    return [{ at: Number(at), run, event, subject, summary }];
  });
}

function isEvent(word: string): word is JournalLine['event'] {
  return word === 'begin' || word === 'done' || word === 'failed';
}

/** A text as one field of a line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}]+/gu, ' ');
}
