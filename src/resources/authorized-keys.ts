/** Keys that may log in as a user. See sshd(8), "AUTHORIZED_KEYS FILE FORMAT". */
import { sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from './kind.ts';

export type AuthorizedKeysProps = CommonProps & {
  readonly user: string;
  /** Whole lines: options, type, key, comment. */
  readonly lines: readonly string[];
  /** Default: .ssh/authorized_keys in the user's home. */
  readonly path?: string;
  /** No other key may log in. */
  readonly exclusive?: boolean;
  /** These keys must not be there. */
  readonly gone?: boolean;
};

const find = ({ user, path }: AuthorizedKeysProps) =>
  path === undefined ? sh`$(getent passwd ${user} | cut -d: -f6)/.ssh/authorized_keys` : sh`${path}`;

/** Prints each file after a line with its resource's number. */
const probe: Probe<AuthorizedKeysProps> = {
  name: 'authorized-keys',
  script: (items) =>
    steps(
      ...items.map(
        ({ props }, index) => sh`printf '@keys %s\n' ${index}; cat -- ${find(props)} 2>/dev/null; echo`,
      ),
      sh`true`,
    ),
  parse: (stdout, items) =>
    new Map(
      stdout
        .split(/^@keys /m)
        .slice(1)
        .flatMap((block): [string, Observed][] => {
          const [index = '', ...lines] = block.split('\n');
          const item = items[Number(index)];
          return item
            ? [[item.name, { keys: stateOf(item.props, lines.map((line) => line.trim()).filter(Boolean)) }]]
            : [];
        }),
    ),
};

/** Makes keys able, or unable, to log in; the name is free, as several resources may share a file. */
export const authorizedKeys = defineKind<AuthorizedKeysProps>({
  kind: 'authorized_keys',
  probe,
  sideEffects: true,
  lane: 'slow',
  desired: ({ gone }) => ({ keys: gone ? 'absent' : 'present' }),
  touches: ({ user, path }) => ({ users: [user], ...(path === undefined ? {} : { uses: [path] }) }),
  apply: ({ props }) => {
    const { user, lines, gone, exclusive } = props;
    const keep = exclusive && !gone ? sh`true` : sh`grep -vF -- ${lines.map(keyIn).join('\n')} "$gd_file" || true`;
    return steps(
      sh`gd_file=${find(props)}
gd_file=$(gd_real "$gd_file")
test -d "\${gd_file%/*}" || {
  gd_open "\${gd_file%/*}"; mkdir -m 0700 -- "./$gd_name"
  gd_hold "\${gd_file%/*}"; chown -- ${`${user}:`} "$gd_new"
}
gd_begin "$gd_file"
{ ${keep}
} >"$gd_new"`,
      !gone && sh`printf '%s\n' ${lines} >>"$gd_new"`,
      sh`if test -f "$gd_file"; then chown --reference="$gd_file" -- "$gd_new"; chmod --reference="$gd_file" -- "$gd_new"
else chown -- ${`${user}:`} "$gd_new"; fi
gd_commit "$gd_file"`,
    );
  },
});

function stateOf({ lines, gone, exclusive }: AuthorizedKeysProps, found: readonly string[]): string {
  if (gone) return lines.some((line) => found.some((one) => one.includes(keyIn(line)))) ? 'present' : 'absent';
  const there = lines.filter((line) => found.includes(line));
  const others = exclusive ? found.filter((line) => !lines.includes(line) && !line.startsWith('#')) : [];
  return there.length === lines.length && others.length === 0 ? 'present' : 'others';
}

/** The key itself, without options and comment: the same key is the same whatever stands beside it. */
function keyIn(line: string): string {
  return /(?:^|\s)(?:ssh-|ecdsa-|sk-)\S+\s+([A-Za-z0-9+/=]{20,})/.exec(line)?.[1] ?? line;
}
