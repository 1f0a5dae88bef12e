import { describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { command, directory, edit, file, nginxConfig, service, user } from '../../src/resources/index.ts';
import { type Leftover, leftoverId, leftoverOf, removalsOf, whyItStays } from '../../src/resources/leftover.ts';

const one = (kind: string, name: string): Leftover => ({ kind, name, more: {} });
const none = new Set<Leftover>();

describe('what is remembered', () => {
  test('is what can be taken away again, and no content', () => {
    expect(leftoverOf(file('/a', { content: 'secret', mode: '0600' }))).toEqual(one('file', '/a'));
    expect(leftoverOf(command('do', { run: sh`true` }))).toBeUndefined();
    expect(leftoverOf(edit('/etc/hosts: line', { path: '/etc/hosts', edit: (text) => text }))).toBeUndefined();
  });
});

describe("a site of nginx's", () => {
  const site = nginxConfig('/etc/nginx/sites-available/two', {
    content: 'x',
    enabledBy: '/etc/nginx/sites-enabled/2',
  });

  test('goes with the link by which nginx reads it, so that nginx can still start', () => {
    const noted = leftoverOf(site);
    expect(noted?.more).toEqual({ enabledBy: '/etc/nginx/sites-enabled/2' });
    const [removal] = removalsOf(noted ? [noted] : [], none, []).early;
    expect(removal).toMatchObject({
      id: site.id,
      props: { absent: true, enabledBy: '/etc/nginx/sites-enabled/2' },
    });
  });

  test('has a link of the same name where none was noted', () => {
    const [removal] = removalsOf([one('nginx_config', '/etc/nginx/sites-available/two')], none, []).early;
    expect(removal?.props).toMatchObject({ enabledBy: '/etc/nginx/sites-enabled/two' });
  });

  test('is not looked for behind another file', () => {
    const [removal] = removalsOf([one('nginx_config', '/etc/nginx/conf.d/http_options.conf')], none, []).early;
    expect(removal?.props).not.toHaveProperty('enabledBy');
  });
});

describe('what always stays', () => {
  test.each([
    ['git', '/srv/tools', '/srv/tools', /always stays/],
    ['certificate', 'galaxy.lab.test', '/etc/letsencrypt/live/galaxy.lab.test', /certbot delete/],
  ])('is a %s, which is merely looked for', (kind, name, path, why) => {
    expect(whyItStays(one(kind, name))).toMatch(why);
    const [look] = removalsOf([one(kind, name)], none, []).late;
    expect([look?.id, look?.kind.name, look?.name]).toEqual([`${kind}[${name}]`, 'directory', path]);
  });

  test('is nothing that can be made again from what is declared', () => {
    expect(['file', 'package', 'download', 'rabbitmq_policy'].map((kind) => whyItStays(one(kind, 'x')))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('what goes', () => {
  const all = [
    one('group', 'g'),
    one('directory', '/srv/a'),
    one('directory', '/srv/a/b'),
    one('user', 'u'),
    one('package', 'p'),
    one('package', 'q'),
    one('file', '/srv/a/f'),
    one('service', 's.service'),
  ];

  test('goes in an order in which nothing is taken away from under another', () => {
    const { early, late } = removalsOf(all, none, []);
    expect(early.map(({ id }) => id)).toEqual(['service[s.service]', 'file[/srv/a/f]']);
    expect(late.map(({ id }) => id)).toEqual([
      'package[p]',
      'package[q]',
      'user[u]',
      'directory[/srv/a/b]',
      'directory[/srv/a]',
      'group[g]',
    ]);
    const idsAfter = (id: string) => late.find((it) => it.id === id)?.props.after?.map((it) => it.id) ?? [];
    expect(idsAfter('directory[/srv/a]')).toContain('directory[/srv/a/b]');
    expect(idsAfter('package[q]')).not.toContain('package[p]');
  });

  test('waits, where others may still need it, for what is declared', () => {
    const running = service('nginx.service', {});
    const { early, late } = removalsOf(all, none, [running]);
    expect(late.every(({ props }) => props.after?.includes(running))).toBe(true);
    expect(early.some(({ props }) => props.after?.includes(running))).toBe(false);
  });

  test('leaves what a folder and a home hold, unless that may go too', () => {
    const change = { name: '', props: {}, keys: new Set<string>(), before: {}, after: undefined };
    const commands = (emptied: ReadonlySet<Leftover>) =>
      removalsOf(all, emptied, []).late.map((it) => [
        it.id,
        it.kind.apply([{ ...change, name: it.name, props: it.props }]).source,
      ]);
    const kept = Object.fromEntries(commands(none)) as Record<string, string>;
    expect(kept['directory[/srv/a]']).toContain('rmdir');
    expect(kept['user[u]']).toBe('userdel -- u');
    const emptied = Object.fromEntries(commands(new Set(all))) as Record<string, string>;
    expect(emptied['directory[/srv/a]']).toMatch(/rm -rf --one-file-system -- ".\/\$gd_name"/);
    expect(emptied['user[u]']).toBe('userdel -r -- u');
  });

  test('is called as plans call it', () => {
    expect(leftoverId(one('file', '/a'))).toBe(file('/a', {}).id);
    expect(removalsOf([one('user', 'u')], none, []).late[0]?.id).toBe(user('u', {}).id);
    expect(directory('/a', {}).id).toBe('directory[/a]');
  });
});
