/** A Pulsar server as the variables of its host describe it. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { HostView } from './host-view.ts';
import { entriesOf, isKnown, part, placeOf, textOf, textsOf } from './tree.ts';

export type Manager = { readonly name: string; readonly at: Position; readonly options: Node | undefined };

export type Pulsar = {
  readonly view: HostView;
  /** What stands in app.yml, by option. */
  readonly options: ReadonlyMap<string, Node>;
  /** Where an option's value is written, else where the dict begins. */
  readonly placeOf: (option: string) => Position;
  /** Where its name is written, else where the dict begins. */
  readonly nameAt: (option: string) => Position;
  readonly managers: readonly Manager[];
  /** Only the one that Pulsar makes by itself. */
  readonly hasDefaultManager: boolean;
  readonly dependencies: readonly string[];
};

/** Reads a Pulsar server. */
export function readPulsar(view: HostView): Pulsar {
  const merged = view.defined('pulsar_yaml_config_merged') ? 'pulsar_yaml_config_merged' : 'pulsar_yaml_config';
  const own = view.node(merged);
  const options = new Map([...entriesOf(view.node('pulsar_yaml_config_default')), ...entriesOf(own)]);
  const at = view.defined(merged) ?? view.play.position;
  const nameAt = (option: string) => (part(own, option) && placeOf(own, option)) || at;
  const place = (option: string) => {
    const node = part(own, option);
    return node?.kind === 'scalar' ? node.position : nameAt(option);
  };
  const named = entriesOf(options.get('managers'));
  const single = options.get('manager');
  const hasDefaultManager = named.length === 0;
  return {
    view,
    options,
    placeOf: place,
    nameAt,
    managers: hasDefaultManager
      ? [{ name: '_default_', at: single ? place('manager') : at, options: single }]
      : named.map(([name, node]) => ({
          name,
          at: placeOf(options.get('managers'), name) ?? at,
          options: node,
        })),
    hasDefaultManager,
    dependencies: textsOf(view.node('pulsar_optional_dependencies')),
  };
}

/** Where jobs of a manager are staged, without a slash at the end; undefined when only the host knows. */
export function stagingOf(pulsar: Pulsar, manager: Manager): { path: string; at: Position } | undefined {
  const own = part(manager.options, 'staging_directory');
  const node = own ?? pulsar.options.get('staging_directory');
  const path = isKnown(node) ? textOf(node) : undefined;
  if (path === undefined) return undefined;
  const at = own?.position ?? pulsar.placeOf('staging_directory');
  return { path: withoutSlash(path), at };
}

/** A path without slashes at its end. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

/** Whether jobs come over a message queue. */
export function usesQueue(pulsar: Pulsar): boolean {
  return !hasNoQueue(pulsar) && !/^https?:/.test(textOf(pulsar.options.get('message_queue_url')) ?? '');
}

/** Whether nobody says where jobs come from. */
export function hasNoQueue(pulsar: Pulsar): boolean {
  const url = pulsar.options.get('message_queue_url');
  if (textOf(pulsar.view.node('pulsar_site'))) return false;
  return url === undefined || (isKnown(url) && (textOf(url) ?? '').trim() === '');
}
