/** An entry of a crontab, under the comment by which Ansible knows its entries, so that both tools find each other's. See crontab(5). */
import { mapText, reveal, type Text } from '../base/secret.ts';
import { type Script, sh, steps } from '../base/shell.ts';
import { digestOf } from './file.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from './kind.ts';

export type CronProps = CommonProps & {
  /** The comment's text: `#Ansible: NAME`. For a variable of the crontab: its name. */
  readonly entry: string;
  /** The whole line: times and command, or `NAME="value"`. */
  readonly line?: Text;
  /** Whose crontab; in a file of /etc/cron.d the user stands in the line. */
  readonly user?: string;
  /** A file, such as /etc/cron.d/galaxy, instead of a user's crontab. */
  readonly file?: string;
  /** The entry is a variable, which has no comment. */
  readonly isVariable?: boolean;
  /** No such entry may be there. */
  readonly gone?: boolean;
};

/** Prints each crontab after a line with its resource's number. */
const probe: Probe<CronProps> = {
  name: 'cron',
  script: (items) =>
    steps(...items.map(({ props }, index) => sh`printf '@cron %s\n' ${index}; ${read(props)}; echo`), sh`true`),
  parse: (stdout, items) =>
    new Map(
      stdout
        .split(/^@cron /m)
        .slice(1)
        .flatMap((block): [string, Observed][] => {
          const [index = '', ...lines] = block.split('\n');
          const item = items[Number(index)];
          const found = item && find(item.props, lines);
          return item ? [[item.name, { line: found === undefined ? 'none' : digestOf(found) }]] : [];
        }),
    ),
};

/**
 * Puts an entry into a crontab; the name is free.
 * @example cron('galaxy: clean up', { entry: 'Clean up', line: '0 0 * * * gxadmin cleanup', user: 'galaxy' })
 */
export const cron = defineKind<CronProps>({
  kind: 'cron',
  probe,
  lane: 'slow',
  desired: ({ line, gone }) => ({ line: gone || line === undefined ? 'none' : digestOf(line) }),
  touches: ({ user, file }) => ({
    users: user === undefined ? [] : [user],
    ...(file === undefined ? {} : { uses: [file] }),
  }),
  hidden: ['line'],
  apply: ({ props }) => write(props),
});

function read({ user = 'root', file }: CronProps): Script {
  return file === undefined ? sh`crontab -u ${user} -l 2>/dev/null` : sh`cat -- ${file} 2>/dev/null`;
}

/** The line below the comment, or the variable's own line. */
function find({ entry, isVariable }: CronProps, lines: readonly string[]): string | undefined {
  if (isVariable) return lines.find((line) => line.startsWith(`${entry}=`));
  const at = lines.indexOf(comment(entry));
  return at < 0 ? undefined : (lines[at + 1] ?? '');
}

function comment(entry: string): string {
  return `#Ansible: ${entry}`;
}

/** The other lines stay; the entry moves to the end, a variable to the beginning. */
function write(props: CronProps): Script {
  const { entry, line = '', user = 'root', file, isVariable, gone } = props;
  const others = isVariable
    ? sh`GD_MARK=${`${entry}=`} awk 'index($0, ENVIRON["GD_MARK"]) != 1'`
    : sh`GD_MARK=${comment(entry)} awk 'skip { skip = 0; next } $0 == ENVIRON["GD_MARK"] { skip = 1; next } { print }'`;
  const own = gone
    ? sh`true`
    : isVariable
      ? sh`printf '%s\n' ${line}`
      : sh`printf '%s\n%s\n' ${comment(entry)} ${line}`;
  const whole = isVariable
    ? sh`{ ${own}; ${read(props)} | ${others}; }`
    : sh`{ ${read(props)} | ${others}; ${own}; }`;
  if (file === undefined) return sh`${whole} | crontab -u ${user} -`;
  return sh`gd_begin ${file}
${whole} >"$gd_new"
chmod -- 0644 "$gd_new"
gd_commit ${file}`;
}

/** A line of a crontab; a percent sign is left as its author wrote it. */
export function cronLine(times: string, user: string | undefined, job: Text): Text {
  const who = user === undefined ? '' : `${user} `;
  return mapText(job, (text) => `${times} ${who}${text}`);
}

/** Whether a text may stand in one line. */
export function isOneLine(text: Text): boolean {
  return !/[\n\r]/.test(reveal(text));
}
