/** What things hold that gatdeploy has not made, so that none of it is lost because the thing is no longer declared. */
import { runReading } from '../apply/execute.ts';
import type { HostLink } from '../apply/work.ts';
import { sh, steps } from '../base/shell.ts';
import { newNonce, parseSections, renderSections, type Section } from '../plan/frame.ts';
import type { Leftover } from '../resources/leftover.ts';

/** Of a folder so many names are looked at. */
const MOST_NAMES = 1000;

/** What useradd(8) puts into every home. */
const SKELETON = /^\.(?:bash_logout|bashrc|profile|face|face\.icon|cache|config|local)$/;

/** Asks a host; says of each thing that holds data what it is. */
export async function findHeldData(
  leftovers: readonly Leftover[],
  link: HostLink,
): Promise<ReadonlyMap<Leftover, string>> {
  const sections = leftovers.flatMap((one, index): Section[] => {
    const script = lookInto(one);
    return script ? [{ name: `held-${index}`, script }] : [];
  });
  if (sections.length === 0) return new Map();
  const nonce = newNonce();
  const { stdout } = await runReading(link, renderSections(sections, nonce));
  const outputs = parseSections(stdout, nonce);
  const made = leftovers
    .filter(({ kind }) => kind !== 'user' && kind !== 'package')
    .map(({ kind, name }) => ({ kind, name }));
  return new Map(
    leftovers.flatMap((one, index): [Leftover, string][] => {
      const output = outputs.get(`held-${index}`);
      const said = output && describe(one, output.stdout.toString('utf8'), made);
      return said ? [[one, said]] : [];
    }),
  );
}

function lookInto({ kind, name }: Leftover) {
  const list = (folder: ReturnType<typeof sh>) =>
    sh`find ${folder} -xdev -mindepth 1 -print 2>/dev/null | head -n ${MOST_NAMES}`;
  if (kind === 'directory') return list(sh`${name}`);
  if (kind === 'user')
    return steps(
      sh`gd_home=$(getent passwd ${name} | cut -d: -f6)`,
      sh`case $gd_home in ''|/|/nonexistent|/root) exit 0;; esac`,
      sh`printf '%s\n' "$gd_home"`,
      list(sh`"$gd_home"`),
    );
  if (kind === 'rabbitmq_vhost')
    return sh`rabbitmqctl -q --no-table-headers list_queues -p ${name} messages 2>/dev/null </dev/null || echo unknown`;
  return undefined;
}

type Made = readonly { readonly kind: string; readonly name: string }[];

function describe({ kind, name }: Leftover, said: string, made: Made): string | undefined {
  const lines = said.split('\n').filter(Boolean);
  if (kind === 'rabbitmq_vhost') return heldMessages(lines);
  const home = kind === 'user' ? lines.shift() : name;
  if (home === undefined) return undefined;
  const others = lines.filter((path) => !isOurs(path, made) && !isSkeleton(path, home, kind));
  const [first] = others;
  if (first === undefined) return undefined;
  const many = lines.length >= MOST_NAMES ? 'many' : String(others.length);
  return `holds ${many} other file${others.length === 1 ? '' : 's'}, such as ${first}`;
}

function heldMessages(lines: readonly string[]): string | undefined {
  if (lines.includes('unknown')) return 'the broker does not say whether it holds messages';
  const messages = lines.reduce((sum, line) => sum + (Number(line) || 0), 0);
  return messages > 0 ? `holds ${messages} message${messages === 1 ? '' : 's'}` : undefined;
}

/** What is taken away too, and all that lies in a Python environment of ours. */
function isOurs(path: string, made: Made): boolean {
  return made.some(({ kind, name }) => path === name || (kind === 'venv' && path.startsWith(`${name}/`)));
}

function isSkeleton(path: string, home: string, kind: string): boolean {
  return kind === 'user' && SKELETON.test(path.slice(home.length + 1).split('/')[0] ?? '');
}
