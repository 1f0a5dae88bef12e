import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { aptPackage, file, service } from '../../src/resources/index.ts';
import type { CommonProps, Observed, State } from '../../src/resources/kind.ts';
import { tellOverridden } from '../../src/resources/service.ts';

const config = file('/etc/nginx/nginx.conf', {});
const server = aptPackage('nginx', {});
const site = file('/etc/nginx/sites-enabled/galaxy', {});
const nginx = service('nginx.service', { loads: [server, config], rereads: [site], validate: sh`nginx -t` });
const good: State = { running: true, enabled: true, loaded: 'current', reread: 'current' };

/** The systemctl calls (and the validation) that make the difference. */
function calls(before: State | undefined): string[] {
  const after = nginx.kind.desired(nginx) as State;
  const keys = new Set(Object.keys(after).filter((key) => before && before[key] !== after[key]));
  const script = nginx.kind.apply([{ name: nginx.name, props: nginx.props as CommonProps, keys, before, after }]);
  return script.source
    .split('\n')
    .flatMap((line) => /^(?:systemctl (?!show|reset)|nginx).*/.exec(line)?.[0] ?? []);
}

describe('a service', () => {
  test.each<[string, State | undefined, string[]]>([
    ['is enabled, validated and started when it is new', undefined, ['daemon-reload', 'enable', '-t', 'restart']],
    ['is started when it is stopped', { ...good, running: false }, ['daemon-reload', '-t', 'restart']],
    ['is restarted when it loaded something else', { ...good, loaded: 'x' }, ['daemon-reload', '-t', 'restart']],
    ['is only reloaded when what it rereads changed', { ...good, reread: 'x' }, ['daemon-reload', '-t', 'reload']],
    ['is only enabled when that is all', { ...good, enabled: false }, ['daemon-reload', 'enable']],
  ])('%s', (_title, before, expected) => {
    expect(calls(before).map((call) => call.split(' ')[1])).toEqual(expected);
  });
});

const unit = (fields: Record<string, string>): string =>
  Object.entries({
    LoadState: 'loaded',
    ActiveState: 'active',
    UnitFileState: 'enabled',
    InactiveExitTimestamp: '@1000',
    ...fields,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

const run = 'b'.repeat(32);

/** Parses the probe's answer for nginx. */
function observed(text: {
  unit?: Record<string, string>;
  note?: string;
  digests?: string;
  trial?: string;
  gone?: string;
}): unknown {
  const note = (text.note ?? '').replace(/^(?=.)/gm, '/var/lib/gatdeploy/loaded/nginx.service.loaded:');
  const trial = text.trial ? `/var/lib/gatdeploy/loaded/nginx.service.loaded.trial:${text.trial}\n` : '';
  const parts = [
    unit({ InvocationID: run, ...text.unit }),
    `@notes\n${note}${trial}`,
    `@digests\n${text.digests ?? ''}`,
    `@gone\n${text.gone ?? ''}`,
  ];
  return nginx.kind.probe.parse(parts.join(''), [{ name: nginx.name, props: nginx.props }]).get('nginx.service');
}

describe('what a unit has loaded', () => {
  const line = (digest: string, changedAt: number) => `${digest} ${changedAt} file:/etc/nginx/nginx.conf\n`;
  test.each<[string, Parameters<typeof observed>[0], string]>([
    [
      'is current when the note of this run agrees',
      { note: `${run}\n${line('aa', 1)}`, digests: line('aa', 2000) },
      'current',
    ],
    [
      'is out of date when the note of this run differs, whatever the times say',
      { note: `${run}\n${line('aa', 1)}`, digests: line('bb', 1) },
      'before /etc/nginx/nginx.conf changed',
    ],
    [
      'is current after a restart by somebody else that came after the change',
      { digests: line('bb', 999) },
      'current',
    ],
    [
      'is out of date when it was started before the change and nobody noted anything',
      { note: `${'c'.repeat(32)}\n${line('bb', 1)}`, digests: line('bb', 1000) },
      'before /etc/nginx/nginx.conf changed',
    ],
    [
      'is out of date when a file that it has loaded is gone, also one that is no longer declared',
      {
        note: `${run}\n${line('aa', 1)}bb 1 file:/etc/nginx/old.conf\n`,
        digests: line('aa', 1),
        gone: '/etc/nginx/old.conf\n',
      },
      'before /etc/nginx/old.conf changed',
    ],
    [
      'is not trusted while its start was not found good',
      { trial: run, note: `${run}\n${line('aa', 1)}`, digests: line('aa', 1) },
      'its last start was not found good',
    ],
    [
      'is current when an earlier start was not found good, and somebody has started it since',
      { trial: 'c'.repeat(32), digests: line('bb', 999) },
      'current',
    ],
    [
      'does not matter while it is stopped',
      { unit: { ActiveState: 'inactive' }, digests: line('bb', 2000) },
      'current',
    ],
  ])('%s', (_title, text, loaded) => expect(observed(text)).toMatchObject({ loaded }));

  test('a unit that systemd does not know is absent', () => {
    expect(observed({ unit: { LoadState: 'not-found' } })).toBeUndefined();
  });
});

describe('a file that the process never loaded as it is now, and that is put back', () => {
  const declared = file('/etc/app.conf', { content: 'a\n', mode: '0600' });
  const app = service('app.service', { loads: [declared] });
  const { becomes = '' } = declared.kind.loadables(declared)[0] as { becomes?: string };
  const [edited, earlier] = ['e'.repeat(64), 'f'.repeat(64)];

  /** What a plan says of the unit: what it loaded, what the file holds now, for whom the note was written. */
  function planned(noted: string, now: string | undefined, of = run): string {
    const path = '/etc/app.conf';
    const noteLines = `${of}\n${noted} 10 file:${path}`;
    const note = noteLines.replace(/^/gm, '/var/lib/gatdeploy/loaded/app.service.loaded:');
    const [digests, gone] = now === undefined ? ['', path] : [`${now} 2000 file:${path}`, ''];
    const shown = unit({ InvocationID: run, InactiveExitTimestamp: '@3000' });
    const text = `${shown}@notes\n${note}\n@digests\n${digests}\n@gone\n${gone}\n`;
    const states = app.kind.probe.parse(text, [{ name: app.name, props: app.props }]);
    const graph = buildGraph([{ host: 'h', resources: [declared, app] }]);
    const attributes = { type: 'file', owner: 'root', group: 'root', mode: '0600' };
    const before: Observed = now === undefined ? 'absent' : { ...attributes, content: now };
    const read: [string, Observed][] = [
      [`h/${declared.id}`, before],
      [`h/${app.id}`, states.get(app.name) ?? 'absent'],
    ];
    const plan = makePlan(graph, new Map(read));
    return plan.entries.map(({ status }) => status).join(' ');
  }

  test.each<[string, string, string | undefined, string | undefined, string]>([
    ['owes nothing', becomes, edited, undefined, 'update same'],
    ['owes nothing where it was taken away', becomes, undefined, undefined, 'create same'],
    ['owes a restart where the process loaded something else', earlier, edited, undefined, 'update update'],
    [
      'owes a restart where somebody else started it, who loaded the edit',
      becomes,
      edited,
      'c'.repeat(32),
      'update update',
    ],
  ])('%s', (_title, noted, now, of, expected) => {
    expect(planned(noted, now, of)).toBe(expected);
  });
});

describe.runIf(process.getuid?.() === 0)('a unit that did not start', () => {
  const PREPARE = `for folder in /etc/systemd/system /usr/lib/systemd/system; do
  mkdir -p "$folder" && mount -t tmpfs tmpfs "$folder" || exit; done`;

  test.each([
    ['of a package', ['/usr/lib'], ''],
    ['of our own', ['/etc'], ''],
    [
      'of a package, in whose place somebody has put another',
      ['/usr/lib', '/etc'],
      "/etc/systemd/system/nginx.service stands in place of the package's own unit file; if that is not meant: systemctl revert nginx.service\n",
    ],
  ])('%s tells whose file it is where that matters', (_title, roots, said) => {
    const files = roots.map((root) => `: > ${root}/systemd/system/nginx.service`);
    const script = [PREPARE, ...files, tellOverridden('nginx.service').source].join('\n');
    const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual([said, '']);
  });
});
