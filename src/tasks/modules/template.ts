/** template: a file rendered with the host's variables. */
import { reveal, Secret } from '../../base/secret.ts';
import type { Value } from '../../base/value.ts';
import { file } from '../../resources/index.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { attributesOf, FILE_PARAMS, placeOf } from './common.ts';
import { sourceFile, validation } from './copy.ts';

const SETTINGS = [
  'newline_sequence',
  'block_start_string',
  'block_end_string',
  'variable_start_string',
  'variable_end_string',
  'comment_start_string',
  'comment_end_string',
  'trim_blocks',
  'lstrip_blocks',
] as const;

/** `template` */
export const templateModule = defineModule({
  name: 'ansible.builtin.template',
  params: {
    src: { type: 'str', required: true },
    dest: { type: 'str', required: true },
    force: { type: 'bool' },
    backup: { type: 'bool', ignored: 'the files that were replaced are not kept beside the new ones' },
    validate: { type: 'str' },
    follow: { type: 'raw', ignored: 'a link at the destination is replaced' },
    output_encoding: { type: 'str', choices: ['utf-8', 'utf8', 'UTF-8'] },
    newline_sequence: { type: 'str', choices: ['\n', '\r', '\r\n'] },
    block_start_string: { type: 'str' },
    block_end_string: { type: 'str' },
    variable_start_string: { type: 'str' },
    variable_end_string: { type: 'str' },
    comment_start_string: { type: 'str' },
    comment_end_string: { type: 'str' },
    trim_blocks: { type: 'bool' },
    lstrip_blocks: { type: 'bool' },
    ...FILE_PARAMS,
  },
  run(args, context): Action {
    const { src = '', dest = '' } = args;
    const source = sourceFile(src, 'templates', context);
    const settings = new Map<string, Value>(
      SETTINGS.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]] as const])),
    );
    const { path, ...asked } = placeOf(src, dest, context, 'template');
    const rendered = context.templar.renderTemplate(reveal(source.text), source.name, {
      source: { file: source.path, written: src, destination: dest },
      ...(settings.size > 0 && { settings }),
    });
    const content = source.text instanceof Secret ? new Secret(reveal(rendered)) : rendered;
    return declare(
      [
        file(path, {
          ...attributesOf(args, context),
          content,
          ...asked,
          ...(args.force === false ? { onlyIfMissing: true } : {}),
          ...validation(args.validate),
        }),
      ],
      { dest: path, src },
    );
  },
});
