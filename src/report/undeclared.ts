/** What gatdeploy has made on hosts and nobody declares any more, as plans tell it. */
import { type Line, type Lines, span } from './line.ts';

export type UndeclaredThing = {
  readonly host: string;
  /** `kind[name]` */
  readonly resource: string;
  /** What it holds; such things stay unless that is asked for. */
  readonly data?: string;
  /** It stays also when that is asked for. */
  readonly always?: boolean;
};

/** Renders them below a plan. */
export function renderUndeclared(things: readonly UndeclaredThing[]): Lines {
  if (things.length === 0) return [];
  const hosts = [...new Set(things.map(({ host }) => host))];
  return [
    [span('strong', 'No longer declared, and made by gatdeploy:')],
    ...hosts.flatMap(
      (host): Lines => [['  ', host], ...things.filter((one) => one.host === host).map(renderThing)],
    ),
    ['  ', span('dim', advice(things))],
    [],
  ];
}

function renderThing({ resource, data }: UndeclaredThing): Line {
  return ['    ', resource, ...(data === undefined ? [] : [span('warn', `  ${data}`)])];
}

function advice(all: readonly UndeclaredThing[]): string {
  const things = all.filter(({ always }) => !always);
  if (things.length === 0) return 'They stay.';
  const holding = things.filter(({ data }) => data !== undefined).length;
  if (holding === 0 && things.length === all.length) return 'They stay; apply --prune takes them away.';
  if (holding === 0) return 'They stay; apply --prune takes away those that hold nothing.';
  if (holding === things.length) return 'They stay for what they hold; apply --prune-data takes that too.';
  return 'They stay; apply --prune takes away those that hold nothing, --prune-data all.';
}
