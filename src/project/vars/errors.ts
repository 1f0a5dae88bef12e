/** All errors about variables. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';

export const notADict = (position: Position, what: string) =>
  new GatError({
    code: 'vars/not-a-dict',
    what: `cannot use ${position.file} as variables: it holds ${what}`,
    where: position,
    why: 'a file of variables is one mapping of names to values',
  });

export const extraVars = (position: Position, why: string) =>
  new GatError({ code: 'vars/extra', what: 'cannot read an extra variable', where: position, why });

export const invalidVarsFile = (position: Position, why: string) =>
  new GatError({ code: 'vars/vars-files', what: `cannot use an entry of vars_files`, where: position, why });

export const unknownVariable = (name: string, host: string, known: Iterable<string>) => {
  const near = didYouMean(name, known);
  return new GatError({
    code: 'var/unknown',
    what: `cannot explain ${name}: nothing defines it for ${host}`,
    ...(near === undefined ? {} : { fix: `did you mean ${near}?` }),
  });
};
