/** A host that can't be reached is told with the line of the project that says where it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

test('a host that is not reached is told with the line that has its address, or else its name', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'gatdeploy-unreachable-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(
    join(cwd, 'hosts'),
    '[web]\nby-address ansible_host=127.0.0.1\n\nby-name.invalid\n[web:vars]\nansible_port=1\n',
  );
  writeFileSync(join(cwd, 'yaml.yml'), 'all:\n  hosts:\n    in-yaml.invalid:\n');
  writeFileSync(join(cwd, 'site.yml'), '- hosts: all\n  tasks: [{ file: { path: /srv/x, state: directory } }]\n');
  const args = ['plan', 'site.yml', '-i', 'hosts', '-i', 'yaml.yml', '--plain'];
  const { code, stderr } = await gatdeploy(args, { cwd });
  const places = [...stderr.matchAll(/ at {3}(.+)\n +(\S+:\d+):\d+\n/g)].map(
    ([, host, place]) => `${host} ${place}`,
  );
  expect(code).toBe(3);
  expect(places.sort()).toEqual(['by-address hosts:2', 'by-name.invalid hosts:6', 'in-yaml.invalid yaml.yml:3']);
});
