import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directory, file, link } from '../../src/resources/index.ts';
import { paths } from '../../src/resources/paths.ts';

const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('reading paths', () => {
  test.each<[string, string, string, unknown]>([
    [
      'a file with its digest',
      `regular file|644|root|root|/etc/hosts\n\n\n${digest}  /etc/hosts\n`,
      '/etc/hosts',
      { type: 'file', mode: '0644', owner: 'root', group: 'root', content: digest },
    ],
    [
      'a directory with the set-gid bit',
      'directory|2755|root|galaxy|/srv/galaxy\n\n\n',
      '/srv/galaxy',
      { type: 'directory', mode: '2755', owner: 'root', group: 'galaxy' },
    ],
    [
      'a link with its target',
      'symbolic link|777|root|root|/etc/a\n\n/etc/a\n../b\n\n',
      '/etc/a',
      { type: 'link', mode: '0777', owner: 'root', group: 'root', target: '../b' },
    ],
    [
      'a name with quotes and other letters',
      `regular empty file|600|root|root|/etc/it's "ö|" $x\n\n\n${digest}  /etc/it's "ö|" $x\n`,
      `/etc/it's "ö|" $x`,
      { type: 'file', mode: '0600', owner: 'root', group: 'root', content: digest },
    ],
  ])('gives %s', (_title, stdout, path, state) => {
    expect(paths.parse(stdout, []).get(path)).toEqual(state);
  });

  test.each([
    ['written by Ansible', '##\n## This file is maintained by Ansible\n##\n---\n\na: 1\n', true],
    ['with a setting that is commented out', '---\n# a: 1\n', false],
    ['with a line that only begins like a mark', '--- a\na: 1\n', false],
  ])('finds settings %s to be those that are wanted, or not: %#', (_title, there, isSame) => {
    const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-paths-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'app.yml');
    writeFileSync(path, there);
    const wanted = file(path, { content: '# Managed\n---\na: 1\n', settings: true });
    const { source } = paths.script([{ name: path, props: wanted.props }]);
    const found = paths.parse(execFileSync('sh', { input: source, encoding: 'utf8' }), []).get(path);
    const { content } = wanted.kind.desired(wanted) as { content: string };
    expect((found as { content: string }).content === content).toBe(isSame);
  });

  test('leaves out what is not there', () => expect(paths.parse('\n\n', []).size).toBe(0));

  test.each([['relative/path'], ['/a\nb'], ['/a\\b'], ['/a\u0000b']])('refuses the path %j', (path) => {
    for (const make of [() => file(path, {}), () => directory(path, {}), () => link(path, { target: '/x' })]) {
      const resource = make();
      expect(() => resource.kind.desired(resource)).toThrow('is no path of a host');
    }
  });
});
