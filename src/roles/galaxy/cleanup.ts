/** What jobs leave behind is removed after a while, by tmpreaper from a file in /etc/cron.d. */
import { aptPackage, cron, type Resource } from '../../resources/index.ts';
import type { Layout } from './layout.ts';
import type { GalaxyValues } from './vars.ts';

/** Declares the entry that Ansible would make, to the letter, so that both tools find each other's. */
export function declareCleanup(v: GalaxyValues, layout: Layout): readonly Resource[] {
  if (!v.galaxy_manage_cleanup) return [];
  const program = aptPackage('cron', {});
  const name = 'galaxy_tmpclean';
  const user = layout.user.name;
  const file = v.galaxy_tmpclean_cron_file;
  const line = `${timesOf(v)} ${file === null ? '' : `${user} `}${commandOf(v)}`;
  const where = file === null ? { user } : { file: file.startsWith('/') ? file : `/etc/cron.d/${file}` };
  return [program, cron(name, { entry: name, line, ...where, after: [program] })];
}

function timesOf(v: GalaxyValues): string {
  const time = v.galaxy_tmpclean_time;
  if (time.special_time !== undefined) return `@${time.special_time}`;
  return [time.minute, time.hour, time.day, time.month, time.weekday].map((one) => String(one ?? '*')).join(' ');
}

function commandOf(v: GalaxyValues): string {
  const log = v.galaxy_tmpclean_log;
  const into = log === null ? '>/dev/null' : log === true ? '' : `>>${log}`;
  return `${v.galaxy_tmpclean_command} ${[v.galaxy_tmpclean_age, ...v.galaxy_tmpclean_dirs].map(quoted).join(' ')} ${into}`;
}

/** As Python's shlex does it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
