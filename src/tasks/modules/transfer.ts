/** get_url, unarchive: files from elsewhere, and archives. */
import { createHash } from 'node:crypto';
import { joinText, mapText, reveal, type Text } from '../../base/secret.ts';
import { feed, type Script, sh, steps } from '../../base/shell.ts';
import { isDict } from '../../base/value.ts';
import { type Algorithm, download, fetchTo } from '../../resources/download.ts';
import { aptPackage, command, type Resource } from '../../resources/index.ts';
import { tree } from '../../resources/tree.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { runAs } from '../as-user.ts';
import { badParameter, unsupported } from '../errors.ts';
import { textOfScalar } from '../params.ts';
import { attributesOf, FILE_PARAMS, given, hostPath, placeOf } from './common.ts';
import { sourceFile } from './copy.ts';

/** `get_url` */
export const getUrlModule = defineModule({
  name: 'ansible.builtin.get_url',
  params: {
    url: { type: 'text', required: true },
    dest: { type: 'str', required: true },
    checksum: { type: 'str' },
    force: { type: 'bool', ignored: 'a file is fetched again when its checksum differs' },
    headers: { type: 'dict' },
    timeout: { type: 'int' },
    validate_certs: { type: 'bool' },
    url_username: { type: 'str', aliases: ['username'] },
    url_password: { type: 'text', aliases: ['password'] },
    backup: { type: 'bool', ignored: 'the file that was replaced is not kept' },
    tmp_dest: { type: 'raw', ignored: 'the new file is made beside the old one' },
    use_proxy: { type: 'raw', ignored: 'proxies come from the environment' },
    http_agent: { type: 'raw', ignored: 'curl names itself' },
    force_basic_auth: { type: 'raw', ignored: 'a login is always sent' },
    decompress: { type: 'raw', ignored: 'the bytes are kept as they come' },
    ...FILE_PARAMS,
  },
  run(args, context): Action {
    const { url = '', dest = '' } = args;
    const { path, ...asked } = placeOf(new URL(reveal(url)).pathname, dest, context, 'get_url');
    const headers: Text[] = [...(args.headers ?? [])].map(([name, value]) => {
      if (isDict(value) || Array.isArray(value))
        throw badParameter(context.position, 'get_url', 'headers', 'each header must be a text');
      return joinText([`${String(name)}: `, textOfScalar(value as Parameters<typeof textOfScalar>[0])]);
    });
    if (args.url_username !== undefined) headers.push(basicAuth(args.url_username, args.url_password ?? ''));
    const tool = aptPackage('curl', {});
    const fetched = download(path, {
      url,
      ...attributesOf(args, context),
      ...given({ checksum: args.checksum === undefined ? undefined : checksumOf(args.checksum, context) }),
      headers,
      insecure: args.validate_certs === false,
      ...given({ timeoutSeconds: args.timeout }),
      ...asked,
      after: [tool],
    });
    return declare([tool, fetched], { dest: path, url: reveal(url) });
  },
});

function basicAuth(user: string, password: Text): Text {
  const encoded = mapText(password, (one) => Buffer.from(`${user}:${one}`, 'utf8').toString('base64'));
  return joinText(['Authorization: Basic ', encoded]);
}

const LENGTHS: Readonly<Record<Algorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

function checksumOf(text: string, context: ModuleContext): { algorithm: Algorithm; digest: string } {
  const [algorithm = '', digest = ''] = text
    .trim()
    .split(':', 2)
    .map((part) => part.trim());
  if (/^https?$/.test(digest) || text.includes('://'))
    throw unsupported(
      context.position,
      'a checksum from a URL',
      'whoever changes the file there can change its checksum too',
      'write the digest itself: sha256:…',
    );
  if (
    !(algorithm in LENGTHS) ||
    !/^[0-9a-fA-F]+$/.test(digest) ||
    digest.length !== LENGTHS[algorithm as Algorithm]
  )
    throw badParameter(context.position, 'get_url', 'checksum', 'write it as sha256:DIGEST');
  return { algorithm: algorithm as Algorithm, digest: digest.toLowerCase() };
}

/** `unarchive` */
export const unarchiveModule = defineModule({
  name: 'ansible.builtin.unarchive',
  params: {
    src: { type: 'text', required: true },
    dest: { type: 'str', required: true },
    remote_src: { type: 'bool' },
    copy: { type: 'bool' },
    creates: { type: 'path' },
    extra_opts: { type: 'list' },
    exclude: { type: 'list' },
    include: { type: 'list' },
    keep_newer: { type: 'bool', refused: 'what the archive holds replaces what is there' },
    list_files: { type: 'bool', ignored: 'the list is not part of the result' },
    validate_certs: { type: 'bool' },
    decrypt: { type: 'raw', ignored: 'vault files are always decrypted' },
    io_buffer_size: { type: 'raw', ignored: 'tar knows better' },
    ...FILE_PARAMS,
  },
  run(args, context): Action {
    const dest = hostPath(args.dest ?? '', 'dest', context, 'unarchive');
    const src = args.src ?? '';
    const isUrl = /^(?:https?|ftp):\/\//.test(reveal(src));
    const isOnHost = args.remote_src ?? args.copy === false;
    const source: Source =
      isUrl && isOnHost
        ? { kind: 'url', url: src, insecure: args.validate_certs === false }
        : isOnHost
          ? { kind: 'path', path: hostPath(reveal(src), 'src', context, 'unarchive') }
          : projectSource(reveal(src), context);
    const tools = [
      aptPackage(/\.zip$/.test(reveal(src)) ? 'unzip' : 'tar', {}),
      ...(source.kind === 'url' ? [aptPackage('curl', {})] : []),
    ];
    const unpacked = unpack(source, reveal(src), dest, args, context);
    const attributes = attributesOf(args, context);
    const owner =
      attributes.owner === undefined && attributes.group === undefined
        ? []
        : [
            tree(dest, {
              looseFor: context.user,
              ...given({ owner: attributes.owner, group: attributes.group }),
              after: [unpacked],
            }),
          ];
    return declare([...tools, unpacked, ...(args.creates === undefined ? owner : [])], { dest, src: reveal(src) });
  },
});

type Source =
  | { readonly kind: 'url'; readonly url: Text; readonly insecure: boolean }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes'; readonly base64: Text; readonly digest: string };

function projectSource(name: string, context: ModuleContext): Source {
  const { text, isBinary } = sourceFile(name, 'files', context);
  const encoded = isBinary ? text : Buffer.from(reveal(text), 'utf8').toString('base64');
  const digest = createHash('sha256')
    .update(Buffer.from(reveal(encoded), 'base64'))
    .digest('hex');
  return { kind: 'bytes', base64: encoded, digest };
}

type Unpacking = {
  readonly creates: string | undefined;
  readonly extra_opts: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly include: readonly string[] | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
};

/** A note says which archive was unpacked there; what it held must still be there. */
function unpack(source: Source, name: string, dest: string, args: Unpacking, context: ModuleContext): Resource {
  const id = createHash('sha256')
    .update(`${dest}\n${name}\n${JSON.stringify([args.extra_opts, args.exclude, args.include])}`)
    .digest('hex')
    .slice(0, 32);
  const note = `/var/lib/gatdeploy/unarchived/${id}`;
  const digest =
    source.kind === 'path'
      ? sh`$(sha256sum <${source.path} | cut -d' ' -f1)`
      : sh`${source.kind === 'bytes' ? source.digest : createHash('sha256').update(reveal(source.url)).digest('hex')}`;
  const there = sh`sed 1d ${note} | while IFS= read -r gd_member; do test -e ${dest}/"$gd_member" || test -L ${dest}/"$gd_member" || exit 1; done`;
  return command(`${context.title}: ${dest}`, {
    unless:
      args.creates === undefined
        ? sh`test "$(head -n 1 ${note})" = ${digest} || exit 1\n${there}`
        : sh`test -e ${args.creates}`,
    run: steps(
      sh`test -d ${dest} || { echo ${`${dest} is no directory`} >&2; exit 1; }
mkdir -p -m 0700 /var/lib/gatdeploy/unarchived
gd_folder=$(mktemp -d); trap 'rm -rf -- "$gd_folder"' EXIT
chmod 0711 -- "$gd_folder"; gd_archive="$gd_folder/archive"`,
      bring(source),
      sh`export gd_archive`,
      sh`${runAs(sh`cd -- ${dest}\n${extract(name, args)}`, { user: context.user, environment: [] })} >"$gd_folder/list"
{ printf '%s\n' ${digest}; cat -- "$gd_folder/list"; } >${note}`,
    ),
  });
}

function bring(source: Source): Script {
  if (source.kind === 'url')
    return steps(
      fetchTo(sh`"$gd_archive"`, { url: source.url, insecure: source.insecure }),
      sh`chmod 0644 -- "$gd_archive"`,
    );
  if (source.kind === 'path') return sh`gd_archive=${source.path}`;
  return steps(feed(source.base64, sh`base64 -d >"$gd_archive"`), sh`chmod 0644 -- "$gd_archive"`);
}

function extract(name: string, { extra_opts: more = [], exclude = [], include = [] }: Unpacking): Script {
  if (/\.zip$/.test(name)) {
    const words = [...include, ...(exclude.length > 0 ? ['-x', ...exclude] : [])];
    return sh`unzip -oq ${more} "$gd_archive" ${words}; unzip -Z1 "$gd_archive" ${words}`;
  }
  return sh`tar -xvf "$gd_archive" --show-transformed-names ${more} ${exclude.map((one) => `--exclude=${one}`)} ${include}`;
}
