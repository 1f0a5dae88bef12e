/** All errors about the command line itself. */
import { GatError } from '../base/errors.ts';

export const unwritable = (file: string, cause: unknown) =>
  new GatError({
    code: 'cli/unwritable',
    what: `cannot write ${file}`,
    where: { file, line: 1, column: 0 },
    why: cause instanceof Error ? cause.message : String(cause),
    fix: 'give a path that you may write to',
    cause,
  });

export const notifyFailed = (why: string) =>
  new GatError({
    code: 'cli/notify',
    what: 'cannot notify: the command of --notify failed',
    why,
    fix: 'try it by itself: it gets one JSON object on standard input',
  });

export const untrustedOnline = () =>
  new GatError({
    code: 'cli/untrusted-online',
    what: 'cannot plan an untrusted project against hosts',
    why: 'its templates and playbooks say what is asked of a host, and as whom',
    fix: 'add --offline',
  });

export const baseNeedsOffline = () =>
  new GatError({
    code: 'cli/base-needs-offline',
    what: 'cannot compare with another checkout while hosts are asked',
    fix: 'add --offline, or leave --base away',
  });

export const savedNeedsHosts = () =>
  new GatError({
    code: 'cli/saved-needs-hosts',
    what: 'cannot save a plan that no host was asked for',
    fix: 'leave --offline away, or --out',
  });

export const cannotSplit = (split: {
  readonly hosts: number;
  readonly count: number;
  readonly possible: number;
  readonly need: { readonly by: string; readonly of: string; readonly reason: string };
}) =>
  new GatError({
    code: 'cli/cannot-split',
    what: `cannot split ${split.hosts} hosts over ${split.count} jobs: ${split.need.by} needs ${split.need.of} in its own job`,
    why: `${split.need.by} ${split.need.reason}; hosts that need each other make ${split.possible === 1 ? 'one group' : `${split.possible} groups`} here`,
    fix:
      split.possible > 1
        ? `use as many jobs as there are groups: --shard 1/${split.possible}`
        : 'first apply what the others need, in a job of its own (gatdeploy apply galaxy), then the others by shards (gatdeploy apply pulsar --shard 1/4)',
  });
