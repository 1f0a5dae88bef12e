import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/graph/graph.ts';
import { isEmpty, makePlan } from '../../src/plan/plan.ts';
import { aptPackage, file, type Observed, type Resource, reload, service } from '../../src/resources/index.ts';

const installed: Observed = { installed: true, version: '1' };
const running: Observed = { running: true, enabled: true, loaded: 'current', reread: 'current' };
const good: Observed = { type: 'file', mode: '0644', owner: 'root', group: 'root' };

/** Plans resources of one host from what was observed, in the same order. */
function plan(pairs: readonly (readonly [Resource, Observed])[]) {
  const graph = buildGraph([{ host: 'h', resources: pairs.map(([resource]) => resource) }]);
  return { graph, plan: makePlan(graph, new Map(pairs.map(([resource, state]) => [`h/${resource.id}`, state]))) };
}

/** Each entry that is not as it should be, with the keys that differ. */
function changes(pairs: readonly (readonly [Resource, Observed])[]): string[] {
  return plan(pairs).plan.entries.flatMap((entry) => {
    if (entry.status === 'same') return [];
    const keys = entry.status === 'update' ? ` ${entry.differences.map((one) => one.key).join(',')}` : '';
    return [`${entry.status} ${entry.node.resource.id}${keys}`];
  });
}

describe('a plan', () => {
  const nginx = aptPackage('nginx', {});
  const config = file('/etc/nginx/nginx.conf', { after: [nginx] });
  const site = file('/etc/nginx/site', {});
  const web = service('nginx.service', { loads: [nginx, config], rereads: [site] });

  test('is empty when everything is as it should be', () => {
    expect(
      isEmpty(
        plan([
          [nginx, installed],
          [config, good],
          [site, good],
          [web, running],
        ]).plan,
      ),
    ).toBe(true);
  });

  test('owes a restart when something that the process loads will change', () => {
    const changed = { ...good, mode: '0600' };
    expect(
      changes([
        [nginx, installed],
        [config, changed],
        [site, good],
        [web, running],
      ]),
    ).toEqual(['update file[/etc/nginx/nginx.conf] mode', 'update service[nginx.service] loaded']);
  });

  test.each<[string, Observed, boolean, readonly string[]]>([
    [
      'runs',
      { reread: 'current', running: true },
      false,
      ['create file[/etc/nginx/site]', 'update reload[nginx.service] reread'],
    ],
    ['does not run', { reread: 'current', running: false }, false, ['create file[/etc/nginx/site]']],
    [
      'does not run yet',
      { reread: 'current', running: false },
      true,
      [
        'create file[/etc/nginx/site]',
        'update service[nginx.service] running',
        'update reload[nginx.service] reread',
      ],
    ],
  ])('reloads a unit that %s as that is', (_title, state, isStarted, expected) => {
    const unit = service('nginx.service', { loads: [config] });
    const starts: readonly (readonly [Resource, Observed])[] = isStarted
      ? [[unit, { running: false, enabled: true, loaded: 'current', reread: 'current' }]]
      : [];
    const again = reload('nginx.service', { rereads: [site], ...(isStarted && { after: [unit] }) });
    expect(changes([[nginx, installed], [config, good], [site, 'absent'], ...starts, [again, state]])).toEqual(
      expected,
    );
  });

  test('owes only a reload when that is enough', () => {
    expect(
      changes([
        [nginx, installed],
        [config, good],
        [site, 'absent'],
        [web, running],
      ]),
    ).toEqual(['create file[/etc/nginx/site]', 'update service[nginx.service] reread']);
  });

  test('says known after apply where the tool to ask is not there yet', () => {
    expect(
      changes([
        [web, { unknown: 'systemctl is not installed yet' }],
        [nginx, installed],
        [config, good],
        [site, good],
      ]),
    ).toEqual(['unknown service[nginx.service]']);
  });

  test('does not promise that a file stays away which a package may bring', () => {
    const unwanted = file('/etc/nginx/sites-enabled/default', { absent: true, after: [nginx] });
    expect(
      changes([
        [nginx, 'absent'],
        [unwanted, 'absent'],
      ]),
    ).toEqual(['create package[nginx]', 'unknown file[/etc/nginx/sites-enabled/default]']);
    expect(
      changes([
        [nginx, installed],
        [unwanted, 'absent'],
      ]),
    ).toEqual([]);
  });

  test('leaves out hosts that could not be read', () => {
    const graph = buildGraph([{ host: 'h', resources: [nginx] }]);
    expect(makePlan(graph, new Map()).entries).toEqual([]);
  });
});
