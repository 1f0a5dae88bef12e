/**
 * Changes inside a file that somebody else may own: lines, blocks, options. The file is read as it is, the wanted text
 * is made from it here, and it is written only if the file is still the one that was read.
 */
import { createHash } from 'node:crypto';
import { mapText, reveal, type Text } from '../base/secret.ts';
import { feed, nothing, type Script, sh, steps } from '../base/shell.ts';
import { type Attributes, owners, setAttributes, wantedAttributes } from './attributes.ts';
import { checkFor } from './checks.ts';
import { bytesOfText, textOfBytes } from './edit-bytes.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';

export type EditProps = CommonProps &
  Attributes & {
    readonly path: string;
    /** The wanted text of a file's text. A file that isn't there and may be made counts as empty. */
    readonly edit: (text: string) => Text;
    /** Make the file when it isn't there; else it is an error. */
    readonly create?: boolean;
    /** A file that isn't there is as good as an edited one. */
    readonly optional?: boolean;
    /** Checks the new file, whose path it is given, before it takes the old one's place. */
    readonly validate?: (candidate: Script) => Script;
  };

/** Files beyond this are refused: nobody edits them line by line. */
const MAX_BYTES = 4_194_304;

const DONE = 'as wanted';

/** Prints for each file its attributes and its bytes in base64. */
const probe: Probe<EditProps> = {
  name: 'edits',
  script: (items) =>
    sh`for gd_path in ${[...new Set(items.map((item) => item.props.path))]}; do
test -f "$gd_path" || continue
printf '@edit %s\n' "$gd_path"
stat -L -c '%a %U %G %s' -- "$gd_path"
head -c ${MAX_BYTES} -- "$gd_path" | base64 -w 0; echo
done
true`,
  parse(stdout, items) {
    const found = new Map(
      stdout
        .split(/^@edit /m)
        .slice(1)
        .map((block) => {
          const [path = '', stats = '', base64 = ''] = block.split('\n');
          return [path, { stats, base64 }] as const;
        }),
    );
    return new Map(
      items.map(({ name, props }): [string, Observed] => [name, observe(props, found.get(props.path))]),
    );
  },
};

function observe(props: EditProps, found: { stats: string; base64: string } | undefined): Observed {
  if (!found) {
    if (props.create) return 'absent';
    return props.optional ? { text: DONE, ...wanted(props) } : { unknown: `${props.path} is not there yet` };
  }
  const [mode = '', owner = '', group = '', size = ''] = found.stats.split(' ');
  if (Number(size) > MAX_BYTES) return { unknown: `${props.path} is too large to be edited` };
  const bytes = Buffer.from(found.base64, 'base64');
  const text = bytes.toString('latin1');
  const isDone = reveal(edited(props, text)) === text;
  return { text: isDone ? DONE : 'to be edited', mode: mode.padStart(4, '0'), owner, group, base64: found.base64 };
}

/** What `edit` makes of a file's bytes. Both are texts of one character a byte. */
function edited(props: EditProps, bytes: string): Text {
  return mapText(props.edit(textOfBytes(bytes)), bytesOfText);
}

function wanted(props: EditProps): State {
  return wantedAttributes(props, '0644');
}

/**
 * Edits a file; the name is free, as several edits may share a file.
 * @example edit('/etc/hosts: galaxy', { path: '/etc/hosts', edit: withLine, looseFor: 'root' })
 */
export const edit = defineKind<EditProps>({
  kind: 'edit',
  lane: 'slow',
  sideEffects: true,
  probe,
  desired: (props): State => ({ text: DONE, ...wanted(props) }),
  touches: (props) => ({ uses: [props.path], ...owners(props) }),
  // What comes before may write the same file, so it is read again after any change.
  reacts: () => [{ key: 'text', to: [] }],
  loadables: (props) => [{ type: 'file', path: props.path }],
  apply({ props, before, keys }) {
    const { path } = props;
    const old = before === undefined ? undefined : Buffer.from(String(before.base64 ?? ''), 'base64');
    if (old && !keys.has('text')) {
      return steps(sh`gd_hold "$(gd_real ${path})"`, setAttributes(props, '0644', sh`"$gd_new"`));
    }
    const text = edited(props, old?.toString('latin1') ?? '');
    const bytes = Buffer.from(reveal(text), 'latin1').toString('base64');
    return steps(
      sh`gd_edit=$(gd_real ${path})`,
      old ? unchanged(old) : sh`test ! -e "$gd_edit"; mkdir -p -- "$(dirname -- "$gd_edit")"`,
      sh`gd_begin "$gd_edit"`,
      feed(bytes, sh`base64 -d >"$gd_new"`),
      old
        ? sh`chown --reference="$gd_edit" -- "$gd_new"; chmod --reference="$gd_edit" -- "$gd_new"`
        : sh`chown -- ${`${props.looseFor ?? 'root'}:`} "$gd_new"; chmod -- 0644 "$gd_new"`,
      setAttributes(props, '0644', sh`"$gd_new"`),
      checkFor(path),
      props.validate ? props.validate(sh`"$gd_new"`) : nothing,
      sh`gd_commit "$gd_edit"`,
    );
  },
});

function unchanged(old: Buffer): Script {
  const digest = createHash('sha256').update(old).digest('hex');
  return sh`if test "$(sha256sum <"$gd_edit" | cut -d' ' -f1)" != ${digest}; then echo "$gd_edit was changed meanwhile" >&2; exit 1; fi`;
}
