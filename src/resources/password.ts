/** The password of an account as a hash of crypt(5). The hash is compared on the host and never shown. See chpasswd(8). */
import { mapText, type Text } from '../base/secret.ts';
import { feed, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';

export type PasswordProps = CommonProps & {
  readonly hash?: Text;
  readonly locked?: boolean;
  /** An account that has a password keeps it. */
  readonly onlyIfMissing?: boolean;
};

/** Prints for each user whether its field of shadow(5) is as it should be; the wish comes by the script's own text. */
const probe: Probe<PasswordProps> = {
  name: 'passwords',
  script: (items) =>
    steps(
      ...items.map(({ name, props }, index) => {
        const wish = props.hash === undefined ? sh`"$gd_field"` : sh`${props.hash}`;
        return sh`gd_field=$(getent shadow ${name} | cut -d: -f2); gd_wish=${wish}
case "$gd_field" in ''|'*'|'!'|'!!'|'!*') gd_has=0;; *) gd_has=1;; esac
case "$gd_field" in '!'*) gd_locked=1;; *) gd_locked=0;; esac
test "\${gd_field#!}" = "$gd_wish" && gd_same=1 || gd_same=0
printf '%s %s %s %s\n' ${index} "$gd_has" "$gd_same" "$gd_locked"`;
      }),
    ),
  parse: (stdout, items) =>
    new Map(
      stdout.split('\n').flatMap((line): [string, Observed][] => {
        const [index = '', has, same, locked] = line.split(' ');
        const item = items[Number(index)];
        if (!item || locked === undefined) return [];
        const isSet = same === '1' || (item.props.onlyIfMissing === true && has === '1');
        return [[item.name, { password: isSet ? 'set' : 'another', locked: locked === '1' }]];
      }),
    ),
};

/** Sets an account's password from its hash, or locks it. */
export const password = defineKind<PasswordProps>({
  kind: 'password',
  probe,
  desired: ({ hash, locked }): State => ({
    ...(hash === undefined ? {} : { password: 'set' }),
    ...(locked === undefined ? {} : { locked }),
  }),
  touches: (_props, name) => ({ users: [name] }),
  apply: ({ name, props, keys, before }) =>
    steps(
      props.hash !== undefined &&
        (!before || keys.has('password')) &&
        feed(
          mapText(props.hash, (hash) => `${name}:${hash}\n`),
          sh`chpasswd -e`,
        ),
      props.locked !== undefined && sh`usermod ${props.locked ? '-L' : '-U'} -- ${name}`,
    ),
});
