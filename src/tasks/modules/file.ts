/** file: directories, links, empty files, attributes, absence. */
import { sh } from '../../base/shell.ts';
import { command, directory, file, link, type Resource } from '../../resources/index.ts';
import { tree } from '../../resources/tree.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter } from '../errors.ts';
import { attributesOf, FILE_PARAMS, hostPath } from './common.ts';

/** `file` */
export const fileModule = defineModule({
  name: 'ansible.builtin.file',
  params: {
    path: { type: 'path', aliases: ['dest', 'name'], required: true },
    state: { type: 'str', choices: ['absent', 'directory', 'file', 'hard', 'link', 'touch'] },
    src: { type: 'str' },
    force: { type: 'bool' },
    recurse: { type: 'bool' },
    follow: { type: 'bool' },
    access_time: { type: 'str', ignored: 'times are left alone' },
    modification_time: { type: 'str', ignored: 'times are left alone' },
    access_time_format: { type: 'str', ignored: 'times are left alone' },
    modification_time_format: { type: 'str', ignored: 'times are left alone' },
    ...FILE_PARAMS,
  },
  run(args, context): Action {
    const path = hostPath(args.path ?? '', 'path', context, 'file');
    const state = args.state ?? (args.recurse ? 'directory' : 'file');
    const attributes = attributesOf(args, context);
    const result = { path, dest: path, state: state === 'touch' ? 'file' : state };
    const isItself = args.follow === false;
    if (state === 'absent') return declare([absent(path)], result);
    if (state === 'link' || state === 'hard') {
      const made = linked(path, state, args, context);
      return declare([made, ...dressed(path, attributes, isItself, made)], result);
    }
    if (state === 'directory') {
      const folder = directory(path, { ...attributes, ...(!isItself && { follow: true as const }) });
      return declare(args.recurse ? [folder, tree(path, { ...attributes, after: [folder] })] : [folder], result);
    }
    if (state === 'touch')
      return declare([file(path, { ...attributes, onlyIfMissing: true, content: '' })], result);
    return declare([tree(path, { ...attributes, top: true, link: isItself })], result);
  },
});

/** Whatever is at the path goes away, a directory with all that is in it. */
function absent(path: string): Resource {
  return command(`remove ${path}`, {
    lane: 'quick',
    run: sh`rm -rf --one-file-system -- ${path}`,
    unless: sh`test ! -e ${path} && test ! -L ${path}`,
  });
}

/** Owner and mode of what a link leads to, or with `follow: false` of the link; one to nowhere has none. */
function dressed(
  path: string,
  attributes: ReturnType<typeof attributesOf>,
  isItself: boolean,
  made: Resource,
): readonly Resource[] {
  const { owner, group, mode } = attributes;
  if ((owner ?? group ?? mode) === undefined) return [];
  return [tree(path, { ...attributes, top: true, optional: true, link: isItself, after: [made] })];
}

function linked(
  path: string,
  state: string,
  { src, force }: { src: string | undefined; force: boolean | undefined },
  context: ModuleContext,
): Resource {
  if (src === undefined) throw badParameter(context.position, 'file', 'src', `state: ${state} needs it`);
  if (state === 'link') return link(path, { target: src, ...(force && { replaces: true }) });
  return command(`hard link ${path}`, {
    lane: 'quick',
    run: sh`ln -fT -- ${src} ${path}`,
    unless: sh`test ${path} -ef ${src} && test ! -L ${path}`,
  });
}
