/** When a play's failures end the whole run: any_errors_fatal, max_fail_percentage. */
import { renderPosition } from '../base/position.ts';
import { isDict, isList } from '../base/value.ts';
import type { Play } from '../project/playbook/types.ts';
import type { HostScope } from '../project/vars/host-scope.ts';
import { createTemplar } from '../render/templar.ts';
import type { CommonProps, Resource } from '../resources/kind.ts';

/** The play's limit for one of its hosts; undefined where others go on whatever fails. */
export function fatalOf(play: Play, hosts: readonly string[], scope: HostScope): CommonProps['fatal'] {
  const templar = createTemplar({ scope });
  const value = (name: string): string => {
    const node = play.keywords.get(name);
    const found = node === undefined ? null : (templar.evaluate(node) ?? null);
    return found === null || isList(found) || isDict(found) ? '' : String(found);
  };
  const limit = { play: renderPosition(play.position), hosts: hosts.length };
  if (/^(?:true|yes|on|1)$/i.test(value('any_errors_fatal'))) return { ...limit, percent: 0 };
  const percent = Number.parseFloat(value('max_fail_percentage'));
  return Number.isFinite(percent) ? { ...limit, percent } : undefined;
}

/** Resources whose failures count for the limit. */
export function withFatal(resources: readonly Resource[], fatal: CommonProps['fatal']): readonly Resource[] {
  return fatal ? resources.map((one) => ({ ...one, props: { ...one.props, fatal } })) : resources;
}
