/** What can be wrong with a task. */
import { GatError } from '../base/errors.ts';
import type { Position } from '../base/position.ts';

/** Nobody knows the module. */
export function unknownModule(position: Position, module: string, near: string | undefined): GatError {
  return new GatError({
    code: 'task/unknown-module',
    what: `cannot run the task's module \`${module}\`: gatdeploy doesn't know it`,
    where: position,
    why: 'a task is never skipped silently',
    fix: near
      ? `did you mean \`${near}\`?`
      : 'express it with a module that `gatdeploy` knows (docs/playbooks.md), or with command and `creates`',
  });
}

/** The module is known, but can't work here. */
export function refusedModule(position: Position, module: string, why: string, fix?: string): GatError {
  return new GatError({
    code: 'task/refused-module',
    what: `cannot run \`${module}\` on this host`,
    where: position,
    why,
    fix: fix ?? 'give the task a `when` that is false for this host, or take it out',
  });
}

/** A parameter that the module doesn't have. */
export function unknownParameter(
  where: Position,
  module: string,
  name: string,
  near: string | undefined,
): GatError {
  return new GatError({
    code: 'task/unknown-parameter',
    what: `cannot call \`${module}\` with \`${name}\`: it has no such parameter`,
    where,
    fix: near ? `did you mean \`${near}\`?` : `docs/playbooks.md lists the parameters of ${module}`,
  });
}

/** A parameter or keyword that exists in Ansible and means something that gatdeploy doesn't do. */
export function unsupported(where: Position, construct: string, why?: string, fix?: string): GatError {
  return new GatError({
    code: 'task/unsupported',
    what: `cannot do \`${construct}\`: gatdeploy doesn't support it`,
    where,
    ...(why !== undefined && { why }),
    fix: fix ?? 'write the task in another way, or take it out',
  });
}

/** Why a value is wrong, and how to go on where that is more than to correct it. */
type Reason = { readonly why: string; readonly fix?: string | undefined };

/** A value of the wrong form. */
export function badParameter(where: Position, module: string, name: string, reason: string | Reason): GatError {
  const { why, fix = `correct the value of ${name}` } = typeof reason === 'string' ? { why: reason } : reason;
  return new GatError({
    code: 'task/parameter',
    what: `cannot use \`${name}\` of \`${module}\``,
    where,
    why,
    fix,
  });
}

/** A value of a task's keyword is of the wrong form. */
export function badKeyword(where: Position, keyword: string, why: string): GatError {
  return new GatError({
    code: 'task/keyword',
    what: `cannot use \`${keyword}\` of this task`,
    where,
    why,
    fix: `correct the value of ${keyword}`,
  });
}

/** A file of the project that a task names isn't there. */
export function missingSource(where: Position, name: string, searched: readonly string[]): GatError {
  return new GatError({
    code: 'task/no-file',
    what: `cannot find \`${name}\` for this task`,
    where,
    why: `looked for ${searched.join(', ')}`,
    fix: 'correct the name, or add the file to the project',
  });
}

/** A role that is neither native nor in the project. */
export function unknownRole(where: Position, role: string, searched: readonly string[]): GatError {
  return new GatError({
    code: 'task/unknown-role',
    what: `cannot use the role \`${role}\`: it is neither native nor in the project`,
    where,
    why: `looked for ${searched.join(', ')}`,
    fix: 'install the roles that the project needs:\n  ansible-galaxy install -p roles -r requirements.yml',
  });
}

/** A handler that a task notifies doesn't exist. */
export function unknownHandler(where: Position, name: string, near: string | undefined): GatError {
  return new GatError({
    code: 'task/unknown-handler',
    what: `cannot notify \`${name}\`: no handler has this name or listens to it`,
    where,
    fix: near ? `did you mean \`${near}\`?` : 'add the handler to the play',
  });
}

/** A task that is there to fail, or whose command or condition says that it failed. */
export function taskFailed(where: Position, title: string, why: string, cause?: unknown): GatError {
  return new GatError({
    code: 'task/failed',
    class: 'apply',
    what: `cannot go on: the task "${title}" failed`,
    where,
    why,
    fix: 'mend the cause, then run the same command again: it goes on from here',
    ...(cause !== undefined && { cause }),
  });
}
