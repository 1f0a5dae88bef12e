/** apt_key, apt_repository, deb822_repository: package sources and their keys. */
import { reveal, type Text } from '../../base/secret.ts';
import { type Script, sh, steps } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import { download } from '../../resources/download.ts';
import { aptPackage, aptRepository, command, directory, file, type Resource } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter, unsupported } from '../errors.ts';
import { sourceFile } from './copy.ts';

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;
const CERTS = { type: 'bool' } as const;

/** `apt_key`: the key stands in a file of its own below /etc/apt, as apt-key is gone from Debian. */
export const aptKeyModule = defineModule({
  name: 'ansible.builtin.apt_key',
  params: {
    url: { type: 'str' },
    data: { type: 'text' },
    file: { type: 'str' },
    id: { type: 'str' },
    keyserver: { type: 'str' },
    keyring: { type: 'path' },
    state: STATE,
    validate_certs: CERTS,
  },
  run(args, context): Action {
    const { url, data } = args;
    const path =
      args.keyring ?? `/etc/apt/trusted.gpg.d/${nameOfKey(args.id ?? url ?? args.file ?? context.title)}.asc`;
    if (args.state === 'absent') return declare([file(path, { absent: true })]);
    if (args.keyserver !== undefined)
      throw unsupported(
        context.position,
        'apt_key with a keyserver',
        'it needs gpg and a server that may be away',
        'give the key by url or data',
      );
    const folder = directory(path.slice(0, path.lastIndexOf('/')), { looseFor: 'root' });
    if (data !== undefined) return declare([folder, file(path, { content: data })]);
    if (args.file !== undefined)
      return declare([folder, file(path, { content: sourceFile(args.file, 'files', context).text })]);
    if (url === undefined) throw badParameter(context.position, 'apt_key', 'url', 'give url, data or file');
    const tool = aptPackage('curl', {});
    return declare([
      tool,
      folder,
      download(path, { url, mode: '0644', insecure: args.validate_certs === false, after: [tool] }),
    ]);
  },
});

function nameOfKey(text: string): string {
  return (
    text
      .replace(/^https?:\/\//, '')
      .replace(/\(.*\)$/, '')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80) || 'key'
  );
}

/** `apt_repository` */
export const aptRepositoryModule = defineModule({
  name: 'ansible.builtin.apt_repository',
  params: {
    repo: { type: 'str', required: true },
    filename: { type: 'str' },
    state: STATE,
    mode: { type: 'mode', ignored: 'sources are readable by all' },
    update_cache: {
      type: 'bool',
      aliases: ['update-cache'],
    },
    update_cache_retries: { type: 'raw', ignored: 'the next run goes on' },
    update_cache_retry_max_delay: { type: 'raw', ignored: 'the next run goes on' },
    codename: { type: 'str', refused: "it is for PPAs, which are Ubuntu's" },
    install_python_apt: { type: 'raw', ignored: 'no Python is needed' },
    validate_certs: { type: 'raw', ignored: 'apt itself checks certificates' },
  },
  run(args, context): Action {
    const { repo = '' } = args;
    if (repo.startsWith('ppa:') && context.facts.distribution === 'ubuntu')
      return declarePpa(repo, args.state, context);
    if (repo.startsWith('ppa:'))
      throw unsupported(
        context.position,
        'a PPA',
        'PPAs are for Ubuntu',
        'name the source as `deb URL SUITE COMPONENT`',
      );
    const name = (args.filename ?? nameOfRepo(repo)).replace(/\.list$/, '');
    const source = { lines: [repo], ...(args.update_cache === false && { unread: true }) };
    if (args.state === 'absent') return withoutLine(repo, args.update_cache ?? true);
    return declare([aptRepository(name, source)], { repo });
  },
});

/** As in Ansible, the line goes from whatever file it stands in, and a file that nothing is left of goes, too. */
function withoutLine(repo: string, updates: boolean): Action {
  const files = sh`/etc/apt/sources.list /etc/apt/sources.list.d/*.list`;
  const line = repo.trim().replace(/\s+/g, ' ');
  const has = sh`awk -v gd_file="$gd_file" 'BEGIN { wanted = ARGV[1]; while ((getline < gd_file) > 0) { gsub(/[ \t]+/, " "); gsub(/^ | $/, ""); if ($0 == wanted) found = 1 } exit !found }' ${line}`;
  const rest = sh`awk -v gd_file="$gd_file" 'BEGIN { wanted = ARGV[1]; while ((getline < gd_file) > 0) { kept = $0; gsub(/[ \t]+/, " "); gsub(/^ | $/, ""); if ($0 != wanted) print kept } }' ${line}`;
  const each = (work: Script): Script =>
    sh`for gd_file in ${files}; do test -f "$gd_file" || continue; ${has} || continue; ${work}; done`;
  const take = sh`gd_rest=$(${rest}); if test -n "$gd_rest" || test "$gd_file" = /etc/apt/sources.list; then
  cp -p -- "$gd_file" "$gd_file.gd-new" && printf '%s\n' "$gd_rest" >"$gd_file.gd-new" && mv -f -- "$gd_file.gd-new" "$gd_file"
else rm -f -- "$gd_file"; fi`;
  return {
    type: 'script',
    script: steps(each(take), updates && sh`apt-get -qq update`),
    done: sh`( ${each(sh`exit 1`)}; exit 0 )`,
    already: new Map<string, Value>([['repo', repo]]),
    isReading: false,
    result: ({ code }) =>
      new Map<string, Value>([
        ['changed', code === 0],
        ['failed', code !== 0],
        ['repo', repo],
      ]),
  };
}

/** The name that Ansible gives the file. */
function nameOfRepo(repo: string): string {
  const words = repo
    .replace(/\[[^\]]*\]/, '')
    .split(/\s+/)
    .slice(1)
    .join(' ');
  return words
    .replace(/^\w+:\/\//, '')
    .replace(/[^a-zA-Z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '_');
}

/** `deb822_repository` */
export const deb822Module = defineModule({
  name: 'ansible.builtin.deb822_repository',
  params: {
    name: { type: 'str', required: true },
    uris: { type: 'list' },
    suites: { type: 'list' },
    components: { type: 'list' },
    types: { type: 'list' },
    architectures: { type: 'list' },
    signed_by: { type: 'text' },
    enabled: { type: 'bool' },
    state: STATE,
    mode: { type: 'mode' },
  },
  run(args): Action {
    const plain = (args.name ?? '').replace(/[^A-Za-z0-9_.-]+/g, '-');
    const path = `/etc/apt/sources.list.d/${plain}.sources`;
    if (args.state === 'absent') return declare([file(path, { absent: true })]);
    const key = keyOf(args.signed_by, `/etc/apt/keyrings/${plain}.asc`);
    const content = `X-Repolib-Name: ${args.name ?? ''}\n${fieldsOf(args, key.path)}`;
    return declare([...key.resources, file(path, { content, mode: args.mode ?? '0644' })], {
      dest: path,
      repo: content,
    });
  },
});

/** A key may be a file of the host, a URL, or the key itself. */
function keyOf(
  signedBy: Text | undefined,
  path: string,
): { path: string | undefined; resources: readonly Resource[] } {
  const text = signedBy === undefined ? undefined : reveal(signedBy);
  if (text === undefined || text.startsWith('/')) return { path: text, resources: [] };
  const folder = directory('/etc/apt/keyrings', { looseFor: 'root' });
  if (!/^https?:/.test(text)) return { path, resources: [folder, file(path, { content: text })] };
  const tool = aptPackage('curl', {});
  return { path, resources: [tool, folder, download(path, { url: text, after: [tool] })] };
}

type Fields = {
  readonly [K in 'types' | 'uris' | 'suites' | 'components' | 'architectures']: readonly string[] | undefined;
} & {
  readonly enabled: boolean | undefined;
};

function fieldsOf(args: Fields, key: string | undefined): string {
  const fields: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['Types', args.types ?? ['deb']],
    ['URIs', args.uris],
    ['Suites', args.suites],
    ['Components', args.components],
    ['Architectures', args.architectures],
    ['Signed-By', key === undefined ? undefined : [key]],
    ['Enabled', args.enabled === false ? ['no'] : undefined],
  ];
  return fields.map(([name, words]) => (words?.length ? `${name}: ${words.join(' ')}\n` : '')).join('');
}

/** `debconf` */
export const debconfModule = defineModule({
  name: 'ansible.builtin.debconf',
  params: {
    name: { type: 'str', aliases: ['pkg'], required: true },
    question: { type: 'str', aliases: ['selection', 'setting'] },
    vtype: { type: 'str' },
    value: { type: 'text', aliases: ['answer'] },
    unseen: { type: 'bool', refused: 'an answer is always seen' },
  },
  run(args, context): Action {
    const { name = '', question, vtype = 'string', value = '' } = args;
    if (question === undefined) return { type: 'value', result: new Map() };
    const shown = reveal(value);
    return declare(
      [
        command(context.title, {
          run: sh`printf '%s %s %s %s\n' ${name} ${question} ${vtype} ${value} | debconf-set-selections`,
          unless: sh`test "$(debconf-show -- ${name} | sed -n ${`s,^[* ]*${question.replace(/[.*[\]^$,\\]/g, '\\$&')}: ,,p`})" = ${value}`,
        }),
      ],
      { question, value: shown },
    );
  },
});

/** A personal archive of Ubuntu's; its own tool fetches the key that belongs to it. */
function declarePpa(repo: string, state: string | undefined, { title }: ModuleContext): Action {
  const tool = aptPackage('software-properties-common', {});
  const name = repo.replace(/^ppa:/, '');
  const known = sh`grep -rqsF -- ${`/${name}/`} /etc/apt/sources.list.d`;
  const isGone = state === 'absent';
  return declare([
    tool,
    command(title, {
      lane: 'apt',
      run: sh`add-apt-repository -y -n ${isGone ? ['--remove'] : []} ${repo}; rm -f /var/lib/gatdeploy/apt-updated`,
      unless: isGone ? sh`! ${known}` : known,
      after: [tool],
    }),
  ]);
}
