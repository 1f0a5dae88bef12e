/** Modes such as `a+x`, which add to what is there: a step of their own behind what makes the file. See chmod(1). */
import { type Script, sh, steps } from '../base/shell.ts';
import { command, type Resource } from '../resources/index.ts';
import type { Action } from './action.ts';
import { CLAUSE } from './params.ts';

export type ModeArgs = {
  readonly mode?: unknown;
  readonly path?: unknown;
  readonly dest?: unknown;
  /** All that is below the path, too. */
  readonly recurse?: unknown;
};

/** Adds the step to an action whose `mode` is no number. */
export function withSymbolicMode(action: Action, { mode, dest, path, recurse }: ModeArgs, title: string): Action {
  const file = [path, dest].find((one) => typeof one === 'string');
  const isSymbolic = typeof mode === 'string' && !/^[0-7]+$/.test(mode) && mode !== 'preserve';
  if (!isSymbolic || typeof file !== 'string' || action.type !== 'resources') return action;
  const step = chmod({ mode, path: file, isDeep: recurse === true }, title);
  return { ...action, resources: [...action.resources, step] };
}

type Wanted = { readonly mode: string; readonly path: string; readonly isDeep: boolean };

function chmod(wanted: Wanted, title: string): Resource {
  const { mode, path, isDeep } = wanted;
  return command(`mode of ${path}: ${title}`, {
    lane: 'quick',
    run: sh`chmod ${isDeep ? ['-R', '--'] : ['--']} ${mode} ${path}`,
    unless: steps(
      sh`test -e ${path} || exit 1`,
      ...mode.split(',').flatMap((part) => faultsOf(part).map((fault) => none(fault, wanted))),
    ),
  });
}

/** What of a path, or of what is below it, would be changed, as conditions of find(1). */
function faultsOf(part: string): readonly Script[] {
  const [, who = '', sign = '', letters = ''] = CLAUSE.exec(part) ?? [];
  const whom = who === '' ? 'a' : who;
  const all = letters.replace('X', 'x');
  if (sign === '-') return all === '' ? [] : [sh`-perm ${`/${whom}+${all}`}`];
  const plain = letters.replace('X', '');
  const others = [...'rwx'].filter((one) => !all.includes(one)).join('');
  return [
    ...(plain === '' ? [] : [sh`! -perm ${`-${whom}+${plain}`}`]),
    // X gives the right to directories, and to files that somebody may run already.
    ...(letters.includes('X') ? [sh`'(' -type d -o -perm /a+x ')' ! -perm ${`-${whom}+x`}`] : []),
    ...(sign === '=' && others !== '' ? [sh`-perm ${`/${whom}+${others}`}`] : []),
  ];
}

function none(fault: Script, { path, isDeep }: Wanted): Script {
  const depth = isDeep ? [] : ['-maxdepth', '0'];
  return sh`test -z "$(find -H ${[path, ...depth]} ! -type l ${fault} -print -quit 2>/dev/null)" || exit 1`;
}
