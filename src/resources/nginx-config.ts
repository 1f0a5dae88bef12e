/**
 * A file of nginx's configuration, with the link that enables it if it is a site. All that change together are tried
 * together: nginx tests a copy of the whole configuration in which they stand, and only then do they take their places.
 * See nginx(8), `-t`; unshare(1).
 */
import type { Text } from '../base/secret.ts';
import { feed, type Script, sh, steps } from '../base/shell.ts';
import { settingsDigest } from './file.ts';
import {
  type Change,
  type CommonProps,
  defineKind,
  type Item,
  type Observed,
  type Probe,
  type State,
} from './kind.ts';
import { checkPath, paths } from './paths.ts';

export type NginxConfigProps = CommonProps & {
  readonly content?: Text;
  /** Path of the link by which nginx includes the file, as in sites-enabled. */
  readonly enabledBy?: string;
  /** nginx's configuration directory, below which the file is; default `/etc/nginx`. */
  readonly folder?: string;
  /** Octal digits, default `0444`: as by Ansible's role, editors say that it is made by a program. */
  readonly mode?: string;
  /**
   * Sites, by their links, and the certificate files without which nginx refuses them. While one of these files is
   * missing its site is put aside, so that the sites which the certificate depends on can come up.
   */
  readonly putAside?: readonly PutAside[];
  /** Files without which nginx refuses this one; while one is missing, this one may have been put aside. */
  readonly needs?: readonly string[];
};

export type PutAside = { readonly link: string; readonly files: readonly string[] };

const DEFAULT_FOLDER = '/etc/nginx';

/** Reads the files and their links as `paths` does, and tells them apart again. */
const configs: Probe<NginxConfigProps> = {
  name: 'nginx-configs',
  script: (items) => {
    const needed = [...new Set(items.flatMap((item) => item.props.needs ?? []))];
    return steps(
      needed.length > 0 &&
        sh`for gd_file in ${needed}; do test -f "$gd_file" || printf '@missing %s\n' "$gd_file"; done`,
      paths.script(withLinks(items)),
    );
  },
  parse(stdout, items) {
    const found = paths.parse(stdout.replace(/^@missing .*\n/gm, ''), withLinks(items));
    const missing = new Set([...stdout.matchAll(/^@missing (.*)$/gm)].map((match) => match[1]));
    return new Map(
      items.flatMap(({ name, props }): [string, Observed][] => {
        const state = stateOf(found.get(name), found.get(props.enabledBy ?? ''), { name, props });
        if (!state) return [];
        return [[name, { ...state, usable: !(props.needs ?? []).some((path) => missing.has(path)) }]];
      }),
    );
  },
};

/** A link without its file is something only where both must go. */
function stateOf(
  file: Observed | undefined,
  link: Observed | undefined,
  { name, props }: { readonly name: string; readonly props: NginxConfigProps },
): State | undefined {
  const enabled = link !== undefined && leadsTo((link as State).target, props.enabledBy, name);
  if (file !== undefined) return { ...(file as State), mode: modeOf(file as State, props), enabled };
  return props.absent && link !== undefined ? { enabled } : undefined;
}

/** Ansible's role gives 0444 to some files, 0644 to others, and not the same in each of its versions: root may write either. */
function modeOf({ mode = '', owner }: State, { mode: asked }: NginxConfigProps): State[string] {
  return asked === undefined && owner === 'root' && mode === '0644' ? '0444' : mode;
}

function withLinks(items: readonly Item<NginxConfigProps>[]): readonly Item<CommonProps>[] {
  return items.flatMap(({ name, props: { enabledBy } }) => {
    const link: CommonProps & { readonly target: string } = { target: name };
    const settings: CommonProps & { readonly settings: boolean } = { settings: true };
    return [{ name, props: settings }, ...(enabledBy === undefined ? [] : [{ name: enabledBy, props: link }])];
  });
}

/** Whether a link leads to the file: by its whole path, or as `../sites-available/galaxy`. */
function leadsTo(target: string | number | boolean | undefined, link: string | undefined, name: string): boolean {
  if (typeof target !== 'string' || link === undefined) return false;
  return target === name || new URL(target, `file://${link}`).pathname === name;
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
      mode: props.mode ?? '0444',
      owner: 'root',
      group: 'root',
      content: settingsDigest(props.content ?? ''),
      ...(props.enabledBy === undefined ? {} : { enabled: true }),
      ...(props.needs === undefined ? {} : { usable: true }),
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
    ...foldersOf([path, ...(link === undefined ? [] : [link])]).map((one) => sh`mkdir -p -- "$gd_tree"${one}`),
    sh`rm -f -- "$gd_tree"${path}`,
    feed(props.content ?? '', sh`cat >"$gd_tree"${path}`),
    sh`chmod -- ${props.mode ?? '0444'} "$gd_tree"${path}`,
    link !== undefined && sh`ln -sfnT -- ${name} "$gd_tree"${link}`,
  );
}

/** The folders of files; somebody may have removed the distribution's own. */
function foldersOf(files: readonly string[]): readonly string[] {
  return [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
}

/** Moves what was tried into its place. */
function put({ name, props, after }: Change<NginxConfigProps>): Script {
  const folder = props.folder ?? DEFAULT_FOLDER;
  const path = name.slice(folder.length);
  const { enabledBy } = props;
  if (!after) return sh`rm -f -- ${[...(enabledBy === undefined ? [] : [enabledBy]), name]}`;
  return steps(
    sh`(umask 022; mkdir -p -- ${foldersOf([name, ...(enabledBy === undefined ? [] : [enabledBy])])})`,
    sh`(gd_begin ${name}; cat -- "$gd_tree"${path} >"$gd_new"; chmod -- ${props.mode ?? '0444'} "$gd_new"; gd_commit ${name})`,
    enabledBy !== undefined && sh`ln -sfnT -- ${name} ${enabledBy}`,
  );
}
