/** A package source with its key. It counts only once its lists could be fetched. See sources.list(5), apt-secure(8). */
import { reveal, type Text } from '../base/secret.ts';
import { feed, type Script, sh, steps } from '../base/shell.ts';
import { digestOf } from './file.ts';
import { type Change, type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';

export type AptRepositoryProps = CommonProps & {
  /** One or more lines of sources.list(5): `deb https://… bookworm main`. */
  readonly lines: readonly string[];
  /** The armoured public key that signs it; lines that name no `signed-by` of their own get this one. */
  readonly key?: Text;
  /** Nothing is fetched from it now: whether it can be read shows at the next refresh of the lists. */
  readonly unread?: boolean;
};

const KEYS = '/etc/apt/keyrings';

function sourcePath(name: string): string {
  return `/etc/apt/sources.list.d/${name}.list`;
}

function keyPath(name: string): string {
  return `${KEYS}/${name}.asc`;
}

/** Prints sha256sum lines of the keys, then the sources themselves, each line with its file's name before it. */
const probe: Probe<AptRepositoryProps> = {
  name: 'apt-repositories',
  script: (items) => {
    const names = items.map((item) => item.name);
    return sh`sha256sum -- ${names.map(keyPath)} 2>/dev/null
echo
grep -H '^deb' -- ${names.map(sourcePath)} /dev/null 2>/dev/null
true`;
  },
  parse(stdout, items) {
    const [sums = '', sources = ''] = stdout.split(/^\n|\n\n/, 2);
    return new Map(
      items.flatMap(({ name }): [string, Observed][] => {
        const key = sums.split('\n').find((line) => line.endsWith(`  ${keyPath(name)}`));
        const lines = sources.split('\n').flatMap((line) => afterPrefix(line, `${sourcePath(name)}:`));
        const state: State = { source: lines.join(' | '), key: key?.split(' ')[0] ?? 'none' };
        return lines.length > 0 ? [[name, state]] : [];
      }),
    );
  },
};

/**
 * Adds a package source; its name becomes the names of its files.
 * @example aptRepository('cernvm', { lines: ['deb https://packages.example.org/apt bookworm-prod main'], key })
 */
export const aptRepository = defineKind<AptRepositoryProps>({
  kind: 'apt_repository',
  lane: 'apt',
  probe,
  desired: (props, name) => ({
    source: linesOf(props, name).join(' | '),
    key: props.key === undefined ? 'none' : digestOf(props.key),
  }),
  touches: (_props, name) => ({ path: sourcePath(name) }),
  apply,
});

/** Unless it stays unread, the lists are fetched from the candidate alone; only a source that could be read is left behind, with its key. */
function apply({ name, props, after }: Change<AptRepositoryProps>): Script {
  const [source, key] = [sourcePath(name), keyPath(name)];
  if (!after) return sh`rm -f -- ${source} ${key}`;
  return steps(
    props.key !== undefined && place(key, reveal(props.key)),
    place(
      source,
      `${linesOf(props, name).join('\n')}\n`,
      !props.unread && sh`${fetchLists} || { test -e ${source} || rm -f -- ${key}; exit 1; }`,
    ),
  );
}

const fetchLists = sh`apt-get update -q -o Dir::Etc::sourcelist="$gd_new" -o Dir::Etc::sourceparts=- \
-o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any -o DPkg::Lock::Timeout=300`;

function place(path: string, content: string, check: Script | false = false): Script {
  return steps(
    sh`mkdir -p -m 0755 -- ${path.slice(0, path.lastIndexOf('/'))}`,
    sh`gd_begin ${path}`,
    feed(content, sh`cat >"$gd_new"`),
    sh`chmod -- 0644 "$gd_new"`,
    check,
    sh`gd_commit ${path}`,
  );
}

/** Each line with its own options, and the key where it names none. */
function linesOf(props: AptRepositoryProps, name: string): readonly string[] {
  return props.lines.map((line) => {
    const [, type = 'deb', options = '', rest = ''] =
      /^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s*)?(.*)$/.exec(line) ?? [];
    const words = options.split(/\s+/).filter(Boolean);
    const signed = props.key === undefined || words.some((word) => word.startsWith('signed-by='));
    const all = signed ? words : [...words, `signed-by=${keyPath(name)}`];
    return [type, ...(all.length > 0 ? [`[${all.join(' ')}]`] : []), rest.trim().replace(/\s+/g, ' ')].join(' ');
  });
}

function afterPrefix(line: string, prefix: string): readonly string[] {
  return line.startsWith(prefix) ? [line.slice(prefix.length)] : [];
}
