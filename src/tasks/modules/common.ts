/** What several modules share: parameters of files, and small conversions. */
import { posix } from 'node:path';
import type { ModuleContext } from '../action.ts';
import { badParameter } from '../errors.ts';
import type { Params } from '../params.ts';

const SELINUX = { type: 'raw', ignored: 'Debian hosts have no SELinux' } as const;

/** Owner, group and mode, and what comes with them. */
export const FILE_PARAMS = {
  owner: { type: 'str' },
  group: { type: 'str' },
  mode: { type: 'mode' },
  seuser: SELINUX,
  serole: SELINUX,
  setype: SELINUX,
  selevel: SELINUX,
  unsafe_writes: { type: 'raw', ignored: 'files are always replaced at once' },
  attributes: { type: 'str', aliases: ['attr'], refused: 'attributes of chattr(1) are not managed' },
} as const satisfies Params;

type FileArgs = {
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly mode: string | undefined;
};

/** The attributes that are given; what isn't given is left alone, and new things belong to the task's user. */
export function attributesOf({ owner, group, mode }: FileArgs, context: ModuleContext) {
  return {
    looseFor: context.user,
    ...(owner === undefined ? {} : { owner: nameOfUid(owner) }),
    ...(group === undefined ? {} : { group: nameOfUid(group) }),
    ...(mode === undefined || !/^[0-7]+$/.test(mode) ? {} : { mode }),
  };
}

/** `0` is root's number. */
function nameOfUid(name: string): string {
  return name === '0' ? 'root' : name;
}

/** A path on the host: absolute, `~` for the task's user. @throws GatError task/parameter for a relative one */
export function hostPath(path: string, name: string, context: ModuleContext, module: string): string {
  const expanded = path.replace(/^~(?=\/|$)/, context.user === 'root' ? '/root' : `/home/${context.user}`);
  if (!expanded.startsWith('/') && context.cwd !== undefined) return posix.resolve(context.cwd, expanded);
  if (!expanded.startsWith('/'))
    throw badParameter(
      context.position,
      module,
      name,
      `it must be absolute on the host, not ${JSON.stringify(path)}`,
    );
  if (expanded.includes('\\'))
    throw badParameter(context.position, module, name, 'a path with a backslash is not supported');
  return posix.resolve(expanded);
}

/** Where a file of the project goes on the host: below the destination where that ends with a slash or is a folder. */
export function placeOf(
  src: string,
  dest: string,
  context: ModuleContext,
  module: string,
): { readonly path: string; readonly askedFor?: string } {
  const path = hostPath(dest, 'dest', context, module);
  const inside = posix.join(path, posix.basename(src));
  if (dest.endsWith('/')) return { path: inside };
  return { path: context.isFolder(path) ? inside : path, askedFor: path };
}

/** Leaves out what is undefined, so that optional props stay absent. */
export function given<T extends object>(props: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
