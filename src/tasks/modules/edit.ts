/** lineinfile, blockinfile, replace, ini_file: changes inside files. */
import { reveal, Secret, type Text } from '../../base/secret.ts';
import { edit } from '../../resources/edit.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { withBlock, withReplaced } from '../edits/block.ts';
import { withOption } from '../edits/ini.ts';
import { withLine, withoutLine } from '../edits/line.ts';
import { pythonRegExp, UntranslatablePattern } from '../edits/regexp.ts';
import { badParameter } from '../errors.ts';
import { attributesOf, FILE_PARAMS, hostPath } from './common.ts';
import { validation } from './copy.ts';

const EDIT_PARAMS = {
  path: { type: 'path', aliases: ['dest', 'destfile', 'name'], required: true },
  backup: { type: 'bool', ignored: 'the file that was replaced is not kept beside the new one' },
  validate: { type: 'str' },
  encoding: { type: 'str', choices: ['utf-8', 'UTF-8', 'utf8'] },
  ...FILE_PARAMS,
} as const;

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;

type Common = {
  readonly path: string | undefined;
  readonly validate: string | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly mode: string | undefined;
};

type Change = {
  readonly module: string;
  readonly change: (text: string) => string;
  readonly create?: boolean | undefined;
  readonly optional?: boolean;
  /** Secret: all of the new text is hidden. */
  readonly with: readonly (Text | undefined)[];
};

function editing(
  args: Common,
  context: ModuleContext,
  { module, change, create = false, optional = false, with: parts }: Change,
): Action {
  const path = hostPath(args.path ?? '', 'path', context, module);
  const isSecret = parts.some((part) => part instanceof Secret);
  return declare(
    [
      edit(`${path}: ${context.title}`, {
        path,
        ...attributesOf(args, context),
        edit: (text) => (isSecret ? new Secret(change(text), '***') : change(text)),
        create,
        optional,
        ...validation(args.validate),
      }),
    ],
    { path },
  );
}

/** `lineinfile` */
export const lineinfileModule = defineModule({
  name: 'ansible.builtin.lineinfile',
  params: {
    ...EDIT_PARAMS,
    line: { type: 'text', aliases: ['value'] },
    regexp: { type: 'str', aliases: ['regex'] },
    search_string: { type: 'str' },
    state: STATE,
    backrefs: { type: 'bool' },
    insertafter: { type: 'str' },
    insertbefore: { type: 'str' },
    create: { type: 'bool' },
    firstmatch: { type: 'bool' },
  },
  run(args, context): Action {
    const { line, regexp, search_string: search, state, backrefs, firstmatch, create } = args;
    check(context, 'lineinfile', { regexp, insertafter: args.insertafter, insertbefore: args.insertbefore });
    const isGone = state === 'absent';
    if (line === undefined && (!isGone || (regexp === undefined && search === undefined)))
      throw badParameter(
        context.position,
        'lineinfile',
        'line',
        isGone ? 'give line, regexp or search_string' : 'it is required',
      );
    const text = line === undefined ? '' : reveal(line);
    const change = (old: string): string =>
      isGone
        ? withoutLine(old, { regexp, search, ...(line === undefined ? {} : { line: text }) })
        : withLine(old, {
            line: text,
            regexp,
            search,
            backrefs,
            insertAfter: args.insertafter,
            insertBefore: args.insertbefore,
            firstMatch: firstmatch,
          });
    return editing(args, context, { module: 'lineinfile', change, create, optional: isGone, with: [line] });
  },
});

/** `blockinfile` */
export const blockinfileModule = defineModule({
  name: 'ansible.builtin.blockinfile',
  params: {
    ...EDIT_PARAMS,
    block: { type: 'text', aliases: ['content'] },
    marker: { type: 'str' },
    marker_begin: { type: 'str' },
    marker_end: { type: 'str' },
    state: STATE,
    insertafter: { type: 'str' },
    insertbefore: { type: 'str' },
    create: { type: 'bool' },
    append_newline: { type: 'bool' },
    prepend_newline: { type: 'bool' },
  },
  run(args, context): Action {
    check(context, 'blockinfile', { insertafter: args.insertafter, insertbefore: args.insertbefore });
    const marker = args.marker ?? '# {mark} ANSIBLE MANAGED BLOCK';
    const block = args.state === 'absent' || args.block === undefined ? '' : reveal(args.block);
    const change = (old: string): string =>
      withBlock(old, {
        block,
        begin: marker.replaceAll('{mark}', args.marker_begin ?? 'BEGIN'),
        end: marker.replaceAll('{mark}', args.marker_end ?? 'END'),
        insertAfter: args.insertafter,
        insertBefore: args.insertbefore,
        appendNewline: args.append_newline,
        prependNewline: args.prepend_newline,
      });
    return editing(args, context, {
      module: 'blockinfile',
      change,
      create: args.create,
      optional: block === '',
      with: [args.block],
    });
  },
});

/** `replace` */
export const replaceModule = defineModule({
  name: 'ansible.builtin.replace',
  params: {
    ...EDIT_PARAMS,
    regexp: { type: 'str', required: true },
    replace: { type: 'text' },
    after: { type: 'str' },
    before: { type: 'str' },
  },
  run(args, context): Action {
    const { regexp = '', replace = '', after, before } = args;
    check(context, 'replace', { regexp, after, before });
    const change = (old: string): string => withReplaced(old, { regexp, replace: reveal(replace), after, before });
    return editing(args, context, { module: 'replace', change, with: [replace] });
  },
});

/** `ini_file` */
export const iniFileModule = defineModule({
  name: 'community.general.ini_file',
  params: {
    ...EDIT_PARAMS,
    section: { type: 'str' },
    option: { type: 'str' },
    value: { type: 'text' },
    state: STATE,
    create: { type: 'bool' },
    no_extra_spaces: { type: 'bool' },
    allow_no_value: { type: 'bool' },
    exclusive: { type: 'bool' },
    values: { type: 'list' },
    section_has_values: { type: 'raw', refused: 'name the section alone' },
    ignore_spaces: { type: 'bool' },
    modify_inactive_option: { type: 'bool' },
    follow: { type: 'raw', ignored: 'links are followed' },
  },
  run(args, context): Action {
    const values = args.value === undefined ? (args.values ?? []) : [reveal(args.value)];
    const isGone = args.state === 'absent';
    if (values.length === 0 && !isGone && !args.allow_no_value)
      throw badParameter(context.position, 'ini_file', 'value', 'give value, or allow_no_value: true');
    const change = (old: string): string =>
      withOption(old, {
        section: args.section,
        option: args.option,
        values,
        gone: isGone,
        exclusive: args.exclusive ?? true,
        noExtraSpaces: args.no_extra_spaces ?? false,
        ignoreSpaces: args.ignore_spaces ?? false,
        allowNoValue: args.allow_no_value ?? false,
        takesComments: args.modify_inactive_option ?? true,
      });
    return editing(args, context, {
      module: 'ini_file',
      change,
      create: args.create ?? true,
      optional: isGone,
      with: [args.value],
    });
  },
});

/** Patterns are tried when the task is compiled, so that a mistake is found before anything is done. */
function check(
  context: ModuleContext,
  module: string,
  patterns: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, pattern] of Object.entries(patterns)) {
    if (pattern === undefined || pattern === 'EOF' || pattern === 'BOF') continue;
    try {
      pythonRegExp(pattern);
    } catch (error) {
      if (!(error instanceof UntranslatablePattern)) throw error;
      throw badParameter(context.position, module, name, `it is no pattern that can be used: ${error.message}`);
    }
  }
}
