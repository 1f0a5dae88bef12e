/** Modes such as `a+x`, which add to what is there: a step of their own behind what makes the file. See chmod(1). */
import { type Script, sh, steps } from '../base/shell.ts';
import { command, type Resource } from '../resources/index.ts';
import type { Action } from './action.ts';
import { CLAUSE } from './params.ts';

export type ModeArgs = { readonly mode?: unknown; readonly path?: unknown; readonly dest?: unknown };

/** Adds the step to an action whose `mode` is no number. */
export function withSymbolicMode(action: Action, { mode, dest, path }: ModeArgs, title: string): Action {
  const file = [path, dest].find((one) => typeof one === 'string');
  const isSymbolic = typeof mode === 'string' && !/^[0-7]+$/.test(mode) && mode !== 'preserve';
  if (!isSymbolic || typeof file !== 'string' || action.type !== 'resources') return action;
  return { ...action, resources: [...action.resources, chmod(mode, file, title)] };
}

function chmod(mode: string, path: string, title: string): Resource {
  const checks = mode.split(',').flatMap((part) => checksOf(part, path));
  return command(`mode of ${path}: ${title}`, {
    lane: 'quick',
    run: sh`chmod -- ${mode} ${path}`,
    unless: steps(sh`test -e ${path} || exit 1`, ...checks),
  });
}

/** find(1) knows whether all, or any, of some bits are set. */
function checksOf(part: string, path: string): readonly Script[] {
  const [, who = '', sign = '', letters = ''] = CLAUSE.exec(part) ?? [];
  const whom = who === '' ? 'a' : who;
  const plain = letters.replace('X', 'x');
  const has = (test: string): Script =>
    sh`test -n "$(find -L ${path} -maxdepth 0 -perm ${test} 2>/dev/null)" || exit 1`;
  const lacks = (test: string): Script =>
    sh`test -z "$(find -L ${path} -maxdepth 0 -perm ${test} 2>/dev/null)" || exit 1`;
  const others = [...'rwx'].filter((one) => !plain.includes(one)).join('');
  if (sign === '-') return plain === '' ? [] : [lacks(`/${whom}+${plain}`)];
  // X gives the right to directories, and to files that somebody may run already.
  if (letters.includes('X')) return [sh`test ! -d ${path} && test ! -x ${path} || ${has(`-${whom}+${plain}`)}`];
  const given = plain === '' ? [] : [has(`-${whom}+${plain}`)];
  return sign === '=' && others !== '' ? [...given, lacks(`/${whom}+${others}`)] : given;
}
