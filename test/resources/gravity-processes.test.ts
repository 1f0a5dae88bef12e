import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { gravityProcesses } from '../../src/resources/index.ts';

const processes = gravityProcesses('galaxy.target', {
  except: ['galaxy-gunicorn.service'],
  ready: sh`echo answers`,
});
const block = (id: string, state: string, more = '') =>
  `Id=${id}\nLoadState=loaded\nActiveState=${state}\n${more}`;
const WANTS = 'Wants=galaxy-gunicorn.service galaxy-handler@0.service galaxy-celery.service\n';

describe('the processes that gravity starts', () => {
  test.each<[string, readonly string[], unknown]>([
    ['are not there before gravity has made them', ['Id=galaxy.target\nLoadState=not-found\n'], undefined],
    [
      'run',
      [
        block('galaxy.target', 'active', WANTS),
        block('galaxy-celery.service', 'active'),
        block('galaxy-handler@0.service', 'active'),
      ],
      'all',
    ],
    [
      'run but for some, and the one that is declared on its own is no concern of theirs',
      [
        block('galaxy.target', 'active', WANTS),
        block('galaxy-gunicorn.service', 'failed'),
        block('galaxy-celery.service', 'active'),
        block('galaxy-handler@0.service', 'failed'),
      ],
      'all but galaxy-handler@0.service',
    ],
    [
      'do not run where systemd does not even know them',
      [block('galaxy.target', 'inactive', WANTS)],
      'all but galaxy-celery.service, galaxy-handler@0.service',
    ],
  ])('%s', (_title, blocks, running) => {
    const found = processes.kind.probe.parse(blocks.join('\n'), [processes]);
    expect(found.get('galaxy.target')).toEqual(running === undefined ? undefined : { running });
  });
});

describe('the start of those that have stopped', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gravity processes-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Runs the script with a systemctl that knows these units, and whose starts make them active or not. */
  function start(active: readonly string[], { masked = '', dies = '' } = {}): string {
    writeFileSync(path.join(root, 'active'), `${active.join('\n')}\n`);
    writeFileSync(
      path.join(root, 'systemctl'),
      `#!/bin/sh
for last; do :; done
case "$*" in
  *Wants*) echo galaxy-gunicorn.service galaxy-handler.service galaxy-celery.service ;;
  is-active*) grep -qx "$last" '${root}/active' ;;
  *LoadState*) if test "$last" = '${masked}'; then echo masked; else echo loaded; fi ;;
  start*) shift 2; echo "starts $*"; for one; do test "$one" = '${dies}' || echo "$one" >>'${root}/active'; done ;;
esac
`,
    );
    writeFileSync(path.join(root, 'journalctl'), '#!/bin/sh\necho its last words\n');
    writeFileSync(path.join(root, 'sleep'), '#!/bin/sh\n');
    for (const program of ['systemctl', 'journalctl', 'sleep']) chmodSync(path.join(root, program), 0o755);
    const state = { running: 'all but some' };
    const change = { name: processes.name, props: processes.props, keys: new Set(['running']), before: state };
    const script = processes.kind.apply([{ ...change, after: { running: 'all' } }]);
    const env = { ...process.env, PATH: `${root}:${process.env.PATH}` };
    const input = `( set -e\n${script.source}\n) || echo "fails with $?"\n`;
    return execFileSync('sh', ['-s'], { input, encoding: 'utf8', env });
  }

  test('leaves alone what runs', () =>
    expect(start(['galaxy-gunicorn.service', 'galaxy-celery.service'])).toBe(
      'starts galaxy-handler.service\nanswers\n',
    ));

  test('does nothing where only the one that is declared on its own has stopped', () =>
    expect(start(['galaxy-handler.service', 'galaxy-celery.service'])).toBe(''));

  test('says which one is masked, and starts none', () =>
    expect(start([], { masked: 'galaxy-celery.service' })).toBe(
      'galaxy-celery.service is masked; to let it start again: systemctl unmask galaxy-celery.service\nfails with 1\n',
    ));

  test('tells the last words of one that ends', () =>
    expect(start(['galaxy-celery.service'], { dies: 'galaxy-handler.service' })).toBe(
      'starts galaxy-handler.service\ngalaxy-handler.service ended soon after its start:\nits last words\nfails with 1\n',
    ));
});
