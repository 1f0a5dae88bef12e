/** What can go wrong while hosts are read. */
import { GatError } from '../base/errors.ts';

/** The host's answer stopped before its end. */
export function probeIncomplete(host: string, section: string): GatError {
  return new GatError({
    code: 'probe/incomplete',
    class: 'unreachable',
    what: `cannot read the ${section} of ${host}: its answer stops in the middle`,
    where: { host },
    why: 'the connection was lost, or something on the host ended the script',
    fix: 'run the same command again; nothing was changed',
  });
}

/** The host's own shell failed to run the probe. */
export function probeFailed(host: string, code: number | null, stderr: string): GatError {
  return new GatError({
    code: 'probe/failed',
    class: 'unreachable',
    what: `cannot read the state of ${host}: its shell ended with ${code === null ? 'a signal' : `exit ${code}`}`,
    where: { host },
    why: stderr.trim() || 'it printed no reason',
    fix: 'log in to the host and see whether sh runs as root; nothing was changed',
  });
}

/** A file that was named as a saved plan is something else. */
export function notAPlan(file: string): GatError {
  return new GatError({
    code: 'plan/not-a-plan',
    what: `cannot apply ${file}: it is no saved plan`,
    where: { file, line: 1, column: 1 },
    fix: 'make one with gatdeploy plan STACK --out FILE',
  });
}

/** A later version of the file's shape. */
export function newerPlan(file: string): GatError {
  return new GatError({
    code: 'plan/newer',
    what: `cannot apply ${file}: a newer gatdeploy made it`,
    where: { file, line: 1, column: 1 },
    fix: 'plan again with this gatdeploy, or apply with the newer one',
  });
}

/** The seal doesn't fit: another key, or another content. */
export function editedPlan(): GatError {
  return new GatError({
    code: 'plan/edited',
    class: 'stale',
    what: 'cannot apply the saved plan: its seal does not fit',
    why: 'somebody has edited the file, or it was made with another key than the one that is used here',
    fix: 'plan again; to plan and apply on different machines give both the same GATDEPLOY_PLAN_KEY',
  });
}

/** A plan for something else that happens to have the same names. */
export function otherProject(made: string, here: string): GatError {
  return new GatError({
    code: 'plan/other-project',
    class: 'stale',
    what: `cannot apply the saved plan here: it was made for the project ${made}, and this is ${here}`,
    fix: `apply it in the folder ${made}, or plan again here; nothing was changed`,
  });
}

/** Options that say what is planned can't be given anew for a plan that was reviewed. */
export function fixedOption(option: string): GatError {
  return new GatError({
    code: 'plan/fixed-option',
    what: `cannot take ${option} together with a saved plan`,
    why: 'a saved plan is applied as it was reviewed, with the hosts and tags that it was made for',
    fix: `plan again with ${option}, or leave it out`,
  });
}

/** Extra variables are not in the file, as they may be secret. */
export function extraVarsMissing(): GatError {
  return new GatError({
    code: 'plan/extra-vars',
    what: 'cannot apply the saved plan: it was made with extra variables, and none are given',
    why: 'they are not kept in the file, as they may be secret',
    fix: 'give the same -e as to gatdeploy plan',
  });
}

/** The project asks for something else than when the plan was made. */
export function configMoved(moved: readonly string[]): GatError {
  return new GatError({
    code: 'plan/config-moved',
    class: 'stale',
    what: 'cannot apply the saved plan: the project asks for something else now',
    why: moved.length > 0 ? moved.join('\n') : 'a content or a setting differs, though the same resources change',
    fix: 'plan again and review it; nothing was changed',
  });
}

/** The hosts are not in the state that the plan was made from. */
export function hostsMoved(moved: readonly string[]): GatError {
  return new GatError({
    code: 'plan/hosts-moved',
    class: 'stale',
    what: 'cannot apply the saved plan: the hosts are not as they were',
    why: moved.length > 0 ? moved.join('\n') : 'a state differs, though the same resources change',
    fix: 'plan again and review it; nothing was changed',
  });
}

/** Other versions of packages would be installed than those that were reviewed. */
export function packagesMoved(moved: readonly string[]): GatError {
  return new GatError({
    code: 'plan/packages-moved',
    class: 'stale',
    what: 'cannot apply the saved plan: other versions of packages would be installed',
    why: moved.join('\n'),
    fix: 'plan again and review it; nothing was changed',
  });
}
