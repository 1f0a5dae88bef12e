/** A regular file: content, owner, group, mode. Written beside its place and renamed, so that readers see old or new. */
import { createHash } from 'node:crypto';
import { mapText, reveal, type Text } from '../base/secret.ts';
import { feed, nothing, type Script, sh, steps } from '../base/shell.ts';
import { inheritAttributes, owners, setAttributes, wantedAttributes } from './attributes.ts';
import { checkFor } from './checks.ts';
import { type CommonProps, defineKind, type State } from './kind.ts';
import { checkPath, paths, settingsOf } from './paths.ts';

export type FileProps = CommonProps & {
  readonly content?: Text;
  /** How the content is written above; `base64` for bytes that are no text. */
  readonly encoding?: 'base64';
  readonly owner?: string;
  readonly group?: string;
  /** Octal digits, such as `0640`. */
  readonly mode?: string;
  /** Owner, group and mode that are not given stay as they are; a new file belongs to this user and gets mode 0644. */
  readonly looseFor?: string;
  /** The content is settings, one a line: empty lines, those that begin with `#` and YAML's `---` make no difference. */
  readonly settings?: boolean;
  /** The content is a start value: a file that is there already keeps its own. */
  readonly onlyIfMissing?: boolean;
  /** Checks the new file, whose path it is given, before it takes the old one's place; a failure keeps the old one. */
  readonly validate?: (candidate: Script) => Script;
};

/** Digest of a content as it stands in states; unkeyed, so it must not leave the process for a secret one. */
export function digestOf(content: Text, encoding?: 'base64'): string {
  return createHash('sha256')
    .update(reveal(content), encoding ?? 'utf8')
    .digest('hex');
}

/** Digest of a content's settings alone, as the probe of such files takes it. */
export function settingsDigest(content: Text): string {
  return digestOf(mapText(content, settingsOf));
}

/**
 * Makes a file.
 * @example file('/etc/motd', { content: 'hello\n', mode: '0644' })
 */
export const file = defineKind<FileProps>({
  kind: 'file',
  probe: paths,
  desired(props, name): State {
    checkPath(name);
    const content =
      props.content !== undefined && !props.onlyIfMissing
        ? { content: props.settings ? settingsDigest(props.content) : digestOf(props.content, props.encoding) }
        : {};
    return { type: 'file', ...wantedAttributes(props, '0644'), ...content };
  },
  touches: (props, name) => ({
    path: name,
    ...(!props.onlyIfMissing && { makes: 'file' as const }),
    ...owners(props),
  }),
  loadables: ({ content, encoding, onlyIfMissing }, path) => {
    const isKnown = content !== undefined && !onlyIfMissing;
    return [{ type: 'file', path, ...(isKnown && { becomes: digestOf(content, encoding) }) }];
  },
  text: ({ content }, path) => (content === undefined ? undefined : { path, content }),
  hidden: ['content'],
  apply({ name, props, keys, before, after }) {
    if (!after) return sh`gd_open ${name}; gd_keep ${name}; rm -f -- "./$gd_name"`;
    const rewrite = before?.type !== 'file' || keys.has('content');
    if (!rewrite) return steps(sh`gd_hold ${name}`, setAttributes(props, '0644', sh`"$gd_new"`));
    const check = props.validate ? props.validate(sh`"$gd_new"`) : nothing;
    return steps(
      sh`gd_begin ${name}`,
      feed(props.content ?? '', props.encoding ? sh`base64 -d >"$gd_new"` : sh`cat >"$gd_new"`),
      props.looseFor !== undefined && inheritAttributes(name, props.looseFor, '0644'),
      setAttributes(props, '0644', sh`"$gd_new"`),
      checkFor(name),
      check,
      sh`gd_commit ${name}`,
    );
  },
});
