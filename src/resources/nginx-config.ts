/**
 * A file of nginx's configuration, with the link that enables it if it is a site. All that change together are tried
 * together: nginx tests a copy of the whole configuration in which they stand, and only then do they take their places.
 * See nginx(8), `-t`; unshare(1).
 */
import type { Text } from '../base/secret.ts';
import { feed, type Script, sh, steps } from '../base/shell.ts';
import { digestOf } from './file.ts';
import { type Change, type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';
import { checkPath, paths } from './paths.ts';

export type NginxConfigProps = CommonProps & {
  readonly content?: Text;
  /** Path of the link by which nginx includes the file, as in sites-enabled. */
  readonly enabledBy?: string;
  /** nginx's configuration directory, below which the file is; default `/etc/nginx`. */
  readonly folder?: string;
  /** Octal digits, default `0644`. */
  readonly mode?: string;
  /**
   * Sites, by their links, and the certificate files without which nginx refuses them. While one of these files is
   * missing its site is put aside, so that the sites which the certificate depends on can come up.
   */
  readonly putAside?: readonly PutAside[];
};

export type PutAside = { readonly link: string; readonly files: readonly string[] };

const DEFAULT_FOLDER = '/etc/nginx';

/** Reads the files and their links as `paths` does, and tells them apart again. */
const configs: Probe<NginxConfigProps> = {
  name: 'nginx-configs',
  script: (items) => paths.script(withLinks(items)),
  parse(stdout, items) {
    const found = paths.parse(stdout, withLinks(items));
    return new Map(
      items.flatMap(({ name, props }): [string, Observed][] => {
        const file = found.get(name);
        const link = props.enabledBy === undefined ? undefined : found.get(props.enabledBy);
        if (props.absent && file === undefined && link !== undefined) return [[name, { enabled: true }]];
        if (file === undefined) return [];
        const target = (link as State | undefined)?.target;
        return [
          [name, { ...(file as State), enabled: target === name || isBeside(target, props.enabledBy, name) }],
        ];
      }),
    );
  },
};

function withLinks(items: readonly { readonly name: string; readonly props: NginxConfigProps }[]) {
  return items.flatMap(({ name, props }) =>
    [name, props.enabledBy].flatMap((path) => (path === undefined ? [] : [{ name: path, props: {} }])),
  );
}

/** Whether a relative link leads to the file: `../sites-available/galaxy`. */
function isBeside(target: unknown, link: string | undefined, name: string): boolean {
  return typeof target === 'string' && link !== undefined && new URL(target, `file://${link}`).pathname === name;
}

/**
 * Makes a file of nginx's configuration.
 * @example nginxConfig('/etc/nginx/sites-available/galaxy', { content, enabledBy: '/etc/nginx/sites-enabled/galaxy' })
 */
export const nginxConfig = defineKind<NginxConfigProps>({
  kind: 'nginx_config',
  probe: configs,
  desired(props, name): State {
    checkPath(name);
    return {
      type: 'file',
      mode: props.mode ?? '0644',
      owner: 'root',
      group: 'root',
      content: digestOf(props.content ?? ''),
      ...(props.enabledBy === undefined ? {} : { enabled: true }),
    };
  },
  touches: (_props, name) => ({ path: name }),
  loadables: (props, path) => [
    { type: 'file', path },
    ...(props.enabledBy === undefined ? [] : [{ type: 'file' as const, path: props.enabledBy }]),
  ],
  text: ({ content }, path) => (content === undefined ? undefined : { path, content }),
  hidden: ['content'],
  applyAll: (changes) =>
    steps(
      sh`gd_tree=$(mktemp -d /run/gatdeploy-nginx.XXXXXXXX)
trap 'rm -rf -- "$gd_tree"' EXIT`,
      sh`cp -a -- ${`${folderOf(changes)}/.`} "$gd_tree/"`,
      ...changes.map((change) => stage(change)),
      putAside(
        changes.flatMap((change) => change.props.putAside ?? []),
        (link) => sh`"$gd_tree"${link.slice(folderOf(changes).length)}`,
      ),
      sh`unshare --mount --propagation private -- sh -c 'mount --bind -- "$1" "$2" && exec nginx -q -t' sh "$gd_tree" ${folderOf(changes)}`,
      putAside(
        changes.flatMap((change) => change.props.putAside ?? []),
        (link) => sh`${link}`,
      ),
      ...changes.map((change) => put(change)),
    ),
});

/** Takes away the links of sites whose certificate files are missing. */
export function putAside(sites: readonly PutAside[], path: (link: string) => Script): Script | false {
  if (sites.length === 0) return false;
  return steps(
    ...sites.map(
      ({ link, files }) => sh`for gd_file in ${files}; do test -f "$gd_file" || rm -f -- ${path(link)}; done`,
    ),
  );
}

function folderOf(changes: readonly Change<NginxConfigProps>[]): string {
  return changes[0]?.props.folder ?? DEFAULT_FOLDER;
}

/** Puts a change into the copy: the same paths below `$gd_tree`; absolute links lead there once the copy is mounted. */
function stage({ name, props, after }: Change<NginxConfigProps>): Script {
  const folder = props.folder ?? DEFAULT_FOLDER;
  const path = name.slice(folder.length);
  const link = props.enabledBy?.slice(folder.length);
  if (!after) return sh`rm -f -- "$gd_tree"${path}${link === undefined ? sh`` : sh` "$gd_tree"${link}`}`;
  return steps(
    sh`rm -f -- "$gd_tree"${path}`,
    feed(props.content ?? '', sh`cat >"$gd_tree"${path}`),
    sh`chmod -- ${props.mode ?? '0644'} "$gd_tree"${path}`,
    link !== undefined && sh`ln -sfnT -- ${name} "$gd_tree"${link}`,
  );
}

/** Moves what was tried into its place. */
function put({ name, props, after }: Change<NginxConfigProps>): Script {
  const folder = props.folder ?? DEFAULT_FOLDER;
  const path = name.slice(folder.length);
  const { enabledBy } = props;
  if (!after) return sh`rm -f -- ${[...(enabledBy === undefined ? [] : [enabledBy]), name]}`;
  return steps(
    sh`(gd_begin ${name}; cat -- "$gd_tree"${path} >"$gd_new"; chmod -- ${props.mode ?? '0644'} "$gd_new"; gd_commit ${name})`,
    enabledBy !== undefined && sh`ln -sfnT -- ${name} ${enabledBy}`,
  );
}
