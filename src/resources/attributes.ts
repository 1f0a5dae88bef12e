/** Owner, group and mode of files and directories: all managed, or only those that are given. See chown(1), chmod(1). */
import { type Script, sh, steps } from '../base/shell.ts';
import type { State, Touches } from './kind.ts';

/** What files and directories have in common. */
export type Attributes = {
  readonly owner?: string;
  readonly group?: string;
  /** Octal digits, such as `0640`. */
  readonly mode?: string;
  /** When given, what isn't given is left as it is. */
  readonly looseFor?: string;
};

/** The part of a state that says who owns a path and who may do what. */
export function wantedAttributes(props: Attributes, mode: string): State {
  const wanted: State =
    props.looseFor === undefined
      ? { mode: props.mode ?? mode, owner: props.owner ?? 'root', group: props.group ?? 'root' }
      : {
          ...(props.mode === undefined ? {} : { mode: props.mode }),
          ...(props.owner === undefined ? {} : { owner: props.owner }),
          ...(props.group === undefined ? {} : { group: props.group }),
        };
  return wanted;
}

/** The user and the group that must be there first. */
export function owners(props: Attributes): Pick<Touches, 'users' | 'groups'> {
  if (props.looseFor === undefined) return { users: [props.owner ?? 'root'], groups: [props.group ?? 'root'] };
  return { users: [props.owner ?? props.looseFor], groups: props.group === undefined ? [] : [props.group] };
}

/** Sets what is managed on a path. */
export function setAttributes(props: Attributes, mode: string, path: Script): Script {
  const isLoose = props.looseFor !== undefined;
  const owner = props.owner ?? (isLoose ? '' : 'root');
  const group = props.group ?? (isLoose ? '' : 'root');
  const bits = props.mode ?? (isLoose ? undefined : mode);
  return steps(
    (owner !== '' || group !== '') && sh`chown -- ${group === '' ? owner : `${owner}:${group}`} ${path}`,
    bits !== undefined && sh`chmod -- ${bits} ${path}`,
  );
}

/** Gives the candidate of a file what the old one has; a new one goes to the user. */
export function inheritAttributes(path: string, user: string, mode: string): Script {
  return sh`if test -f ${path}; then chown --reference=${path} -- "$gd_new"; chmod --reference=${path} -- "$gd_new"
else chown -- ${`${user}:`} "$gd_new"; chmod -- ${mode} "$gd_new"; fi`;
}
