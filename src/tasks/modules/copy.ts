/** copy: a content, a file or a directory of the project, or a file that is on the host. */
import { posix } from 'node:path';
import type { Text } from '../../base/secret.ts';
import { type Script, sh } from '../../base/shell.ts';
import { command, directory, file, type Resource } from '../../resources/index.ts';
import { tree } from '../../resources/tree.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter, missingSource } from '../errors.ts';
import type { FoundFile } from '../files.ts';
import { attributesOf, FILE_PARAMS, hostPath, placeOf } from './common.ts';
import { splitWords } from './words.ts';

/** `copy` */
export const copyModule = defineModule({
  name: 'ansible.builtin.copy',
  params: {
    dest: { type: 'str', required: true },
    content: { type: 'text' },
    src: { type: 'str' },
    remote_src: { type: 'bool' },
    force: { type: 'bool', aliases: ['thirsty'] },
    backup: { type: 'bool', ignored: 'the files that were replaced are not kept beside the new ones' },
    validate: { type: 'str' },
    directory_mode: { type: 'mode' },
    decrypt: { type: 'raw', ignored: 'vault files are always decrypted' },
    follow: { type: 'raw', ignored: 'a link at the destination is replaced' },
    local_follow: { type: 'raw', ignored: 'links in the project are followed' },
    checksum: { type: 'raw', ignored: 'the content is compared anyway' },
    ...FILE_PARAMS,
  },
  run(args, context): Action {
    const { content, src, dest = '' } = args;
    if ((content === undefined) === (src === undefined))
      throw badParameter(context.position, 'copy', 'src', 'give either src or content');
    const placed: Placed = {
      ...attributesOf(args, context),
      ...(args.force === false ? { onlyIfMissing: true } : {}),
      ...validation(args.validate),
    };
    if (src === undefined) {
      const path = hostPath(dest, 'dest', context, 'copy');
      if (context.isFolder(path))
        throw badParameter(context.position, 'copy', 'dest', `${path} is a folder; a content needs a file's name`);
      return declare([file(path, { ...placed, content: content ?? '', askedFor: path })], { dest: path });
    }
    if (args.remote_src) return declare(copyOnHost(src, dest, args, context), { src, dest });
    return copyFromProject(src, dest, { placed, directoryMode: args.directory_mode }, context);
  },
});

type Placed = Parameters<typeof file>[1];
type Placing = { readonly placed: Placed; readonly directoryMode: string | undefined };

/** A directory without a slash at its end goes into the destination under its own name, as with rsync. */
function copyFromProject(
  src: string,
  dest: string,
  { placed, directoryMode }: Placing,
  context: ModuleContext,
): Action {
  const entries = context.files.tree(src);
  const inside = posix.join(dest, posix.basename(src));
  if (entries) {
    const path = hostPath(src.endsWith('/') ? dest : inside, 'dest', context, 'copy');
    return declare(copyTree(path, entries, placed, directoryMode), { src, dest: path });
  }
  const { path, ...asked } = placeOf(src, dest, context, 'copy');
  const content = contentOf(sourceFile(src, 'files', context));
  const folder = posix.dirname(path);
  const made = dest.endsWith('/') && !context.isFolder(folder) ? [missingFolder(folder, directoryMode)] : [];
  return declare([...made, file(path, { ...placed, ...content, ...asked, after: made })], { src, dest: path });
}

/** Makes the folder that a final slash names where it is missing; one that is there keeps its owner and mode. */
function missingFolder(path: string, mode: string | undefined): Resource {
  const made = sh`mkdir -p -- ${path}`;
  return command(`make ${path}`, {
    run: mode === undefined ? made : sh`${made}; chmod ${mode} -- ${path}`,
    unless: sh`test -d ${path}`,
  });
}

/** `validate: visudo -cf %s` as the check of a file. */
export function validation(text: string | undefined): { validate?: (candidate: Script) => Script } {
  if (text === undefined) return {};
  const [command = sh`:`, ...words] = splitWords(text).map((word) => withCandidate(String(word)));
  return {
    validate: (candidate) =>
      sh`gd_candidate=${candidate}; ${words.reduce((line, word) => sh`${line} ${word}`, command)}`,
  };
}

/** One word of the check, in which `%s` is the path of the candidate; no shell reads it, as in Ansible. */
function withCandidate(word: string): Script {
  const [first = '', ...rest] = word.split('%s');
  return rest.reduce((before, part) => sh`${before}"$gd_candidate"${part}`, sh`${first}`);
}

/** Finds a file of the project. @throws GatError task/no-file */
export function sourceFile(name: string, folder: 'files' | 'templates', context: ModuleContext): FoundFile {
  const found = context.files.find(name, folder);
  if (!found) throw missingSource(context.position, name, context.files.searched(name, folder));
  return found;
}

/** The content of a file as a resource takes it. */
export function contentOf({ text, isBinary }: FoundFile): { content: Text; encoding?: 'base64' } {
  return isBinary ? { content: text, encoding: 'base64' } : { content: text };
}

function copyTree(
  base: string,
  entries: NonNullable<ReturnType<ModuleContext['files']['tree']>>,
  placed: Placed,
  directoryMode: string | undefined,
): readonly Resource[] {
  const { looseFor, owner, group } = placed;
  const attributes = {
    ...(looseFor && { looseFor }),
    ...(owner && { owner }),
    ...(group && { group }),
    ...(directoryMode && { mode: directoryMode }),
  };
  return [
    directory(base, attributes),
    ...entries.map((entry) => {
      const path = posix.join(base, entry.path);
      return entry.kind === 'directory'
        ? directory(path, attributes)
        : file(path, { ...placed, ...contentOf(entry.read()) });
    }),
  ];
}

/** A copy from one place of the host to another; done when the contents are equal. */
function copyOnHost(
  src: string,
  dest: string,
  args: {
    owner: string | undefined;
    group: string | undefined;
    mode: string | undefined;
    force: boolean | undefined;
  },
  context: ModuleContext,
): readonly Resource[] {
  const from = hostPath(src, 'src', context, 'copy');
  const isWhole = src.endsWith('/');
  const { path: to, askedFor }: ReturnType<typeof placeOf> = isWhole
    ? { path: hostPath(dest, 'dest', context, 'copy') }
    : placeOf(src, dest, context, 'copy');
  // A directory goes below its destination under its own name, also where that is still to be made.
  const isOpen = !isWhole && to === askedFor;
  const place = isOpen
    ? sh`gd_to=${to}; if test -d ${from}; then gd_to=${posix.join(to, posix.basename(from))}; fi`
    : sh`gd_to=${to}`;
  const copied = command(`copy ${from} to ${to}`, {
    run: sh`${place}
if test -d ${from}; then mkdir -p -- "$gd_to"; cp -RP --preserve=mode -- ${`${from}/.`} "$gd_to"
else cp --preserve=mode -- ${from} "$gd_to"; fi`,
    unless:
      args.force === false
        ? sh`${place}
test -e "$gd_to"`
        : sh`${place}
test -e "$gd_to" && if test -d ${from}; then ! diff -rq -- ${from} "$gd_to" | grep -vqF "Only in $gd_to"; else cmp -s -- ${from} "$gd_to"; fi`,
    ...(askedFor !== undefined && { askedFor }),
  });
  const attributes = attributesOf(args, context);
  const isManaged = attributes.owner ?? attributes.group ?? attributes.mode;
  return isManaged === undefined ? [copied] : [copied, tree(to, { ...attributes, top: true, after: [copied] })];
}
