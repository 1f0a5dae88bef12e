/** What Ansible's template module adds to a template's variables. */
import { expect, test } from 'vitest';
import type { Node } from '../../src/base/node.ts';
import { NO_ACCESS } from '../../src/render/lookups/access.ts';
import { createTemplar } from '../../src/render/templar.ts';

const FILE = '/repo/templates/sub/a.j2';
const access = {
  ...NO_ACCESS,
  now: () => new Date(2026, 0, 2, 3, 4, 5).getTime(),
  machine: 'admin-pc',
  userName: (uid: number) => (uid === 1000 ? 'lena' : undefined),
  readFile: (path: string) =>
    path === '/repo/templates/sub/b.j2' ? Buffer.from('{{ template_path }}, {{ ansible_managed }}') : undefined,
  stat: (path: string) => ({
    kind: 'file' as const,
    link: false,
    identity: path,
    mount: false,
    realPath: path,
    modified: new Date(2025, 11, 31, 10, 0, 0, 250).getTime(),
    uid: path === FILE ? 1000 : 7,
  }),
  searchPath: ['/repo'],
};
const MANAGED = '{file} of {host} by {uid}, %Y-%m-%d {{x}} 100%%';

test.each([
  ['{{ template_path }} {{ template_fullpath }}', `sub/a.j2 ${FILE}`],
  ['{{ template_host }} {{ template_uid }} {{ template_destpath }}', 'admin-pc lena /etc/a'],
  ['{{ template_mtime }} {{ template_run_date }}', '2025-12-31 10:00:00.250000 2026-01-02 03:04:05'],
  ['{{ ansible_managed }}', 'sub/a.j2 of admin-pc by lena, 2025-12-31 {x} 100%'],
  ["{{ lookup('template', 'sub/b.j2') }}", 'sub/b.j2, sub/b.j2 of admin-pc by 7, 2025-12-31 {x} 100%'],
  ["{% include 'sub/b.j2' %}", 'sub/a.j2, sub/a.j2 of admin-pc by lena, 2025-12-31 {x} 100%'],
])('%s', (text, expected) => {
  const scope = { lookup: () => undefined, names: () => new Set<string>() };
  const templar = createTemplar({ scope, access: { ...access, managed: MANAGED } });
  const source = { file: FILE, written: 'sub/a.j2', destination: '/etc/a' };
  expect(templar.renderTemplate(text, 'templates/sub/a.j2', { source })).toBe(expected);
});

test("a user's own ansible_managed stays, also in a template that is looked up", () => {
  const own: Node = {
    kind: 'scalar',
    value: 'mine',
    template: false,
    position: { file: 'all.yml', line: 1, column: 1 },
  };
  const scope = {
    lookup: (name: string) => (name === 'ansible_managed' ? own : undefined),
    names: () => new Set(['ansible_managed']),
  };
  const templar = createTemplar({ scope, access });
  expect(templar.renderTemplate("{{ ansible_managed }} {{ lookup('template', 'sub/b.j2') }}", FILE)).toBe(
    'mine sub/b.j2, mine',
  );
});
