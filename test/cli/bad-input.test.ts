import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

/** A closed port of this machine. */
const HOSTS = '[galaxyservers]\ngat-1 ansible_host=127.0.0.1 ansible_port=1 ansible_user=root\n';
const SITE = '- hosts: galaxyservers\n  roles: []\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function project(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

describe('bad input gets one clear error, its exit code, and a way on', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[], number, readonly RegExp[]]>([
    [
      'an inventory that does not exist',
      { 'site.yml': SITE },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[inventory\/[a-z-]+\]: cannot .*hosts/m],
    ],
    [
      'no inventory at all',
      { 'site.yml': SITE },
      ['apply', 'site'],
      2,
      [/^error\[inventory\/no-hosts\]/m, /fix .*-i/],
    ],
    [
      'an unknown stack, with the nearest known one',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'galaxi', '-i', 'hosts'],
      2,
      [/^error\[playbook\/unknown\]: cannot find .*galaxi/m, /did you mean galaxy\?/],
    ],
    [
      'an unknown role, with its place and the nearest known one',
      { hosts: HOSTS, 'site.yml': '- hosts: galaxyservers\n  roles:\n    - galaxyproject.pulsr\n' },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[role\/unknown\]: cannot .*galaxyproject\.pulsr/m, /site\.yml:3:7/, /galaxyproject\.pulsar/],
    ],
    [
      'a host that does not answer',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'site', '-i', 'hosts'],
      3,
      [/^error\[ssh\/[a-z-]+\]: cannot (?:reach|connect)/m, /127\.0\.0\.1/],
    ],
    [
      'an unknown option, with the nearest known one',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'site', '--inventori', 'hosts'],
      2,
      [/unknown option/, /--inventory/],
    ],
    [
      "an unknown option, with the command's own help",
      {},
      ['plan', '--zzz'],
      2,
      [/unknown option '--zzz'/, /^\(gatdeploy plan --help says what it takes\)$/m],
    ],
    [
      "an unknown option of a command's command, with its own help",
      {},
      ['vault', 'view', '--zzz'],
      2,
      [/unknown option '--zzz'/, /^\(gatdeploy vault view --help says what it takes\)$/m],
    ],
    [
      'an unknown command, with the nearest known one',
      {},
      ['aply', 'site'],
      2,
      [/unknown command 'aply'/, /apply/],
    ],
    [
      'a broken YAML file, with its place',
      { hosts: HOSTS, 'site.yml': SITE, 'group_vars/all.yml': 'a: 1\nb: [1,\nc: 2\n' },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[yaml\/[a-z-]+\]/m, /group_vars\/all\.yml:\d+:\d+/],
    ],
    [
      'an inventory that an editor gave a byte order mark',
      { hosts: `\ufeff${HOSTS}`, 'site.yml': SITE },
      ['plan', 'site', '-i', 'hosts'],
      2,
      [/byte order mark \(BOM\)/, /save it as UTF-8\s+without BOM/],
    ],
    [
      'a template that is not there, with the place that names it',
      {
        hosts: HOSTS,
        'site.yml': '- hosts: galaxyservers\n  roles: [galaxyproject.galaxy]\n',
        'group_vars/all.yml':
          'galaxy_root: /srv/galaxy\ngalaxy_layout: root-dir\ngalaxy_config_templates:\n  - {src: templates/j.j2, dest: /x}\n',
      },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/cannot read templates\/j\.j2\n {2}at {3}group_vars\/all\.yml:4:11/, /fix {2}put the file there/],
    ],
    [
      "a variable that a role's own default needs, without a guess at its spelling",
      { hosts: HOSTS, 'site.yml': '- hosts: galaxyservers\n  roles: [galaxyproject.pulsar]\n' },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/fix {2}set pulsar_server_dir in group_vars or host_vars/],
    ],
    [
      'a playbook that is not there, outside of the project',
      {},
      ['plan', 'site'],
      2,
      [/cannot find a playbook or stack named site/, /name that with -C FOLDER/],
    ],
    [
      'a path that is none on a host, with the variable that it comes from',
      {
        hosts: HOSTS,
        'site.yml': '- hosts: galaxyservers\n  roles: [galaxyproject.galaxy]\n',
        'group_vars/all.yml': 'galaxy_layout: root-dir\ngalaxy_manage_paths: true\ngalaxy_root: ~/galaxy\n',
      },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [
        /^error\[graph\/path\]: cannot make .*~\/galaxy/m,
        /it comes from galaxy_root\s+\(group_vars\/all\.yml:3:1\)/,
      ],
    ],
    [
      'hosts in braces',
      { hosts: HOSTS, 'site.yml': '- hosts: {galaxyservers}\n  roles: []\n' },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/site\.yml:1:10/, /hosts must be a name or a list of names/],
    ],
    [
      'a word of tasks in a play',
      { hosts: HOSTS, 'site.yml': `${SITE}  when: true\n` },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/site\.yml:3:3/, /fix {2}write it on the tasks or roles that it is for/],
    ],
    [
      'an item that a list does not have',
      {
        hosts: HOSTS,
        'site.yml':
          '- hosts: galaxyservers\n  tasks:\n    - file: {path: "/{{ groups.galaxyservers[1] }}", state: touch}\n',
      },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/has no attribute 1/, /fix {2}the last item of the list is \[0\]/],
    ],
    [
      'a port in the address',
      { hosts: '[galaxyservers]\ngat-1 ansible_host=127.0.0.1:2222\n', 'site.yml': SITE },
      ['plan', 'site', '-i', 'hosts'],
      3,
      [/ansible_host=127\.0\.0\.1 ansible_port=2222/],
    ],
    [
      'a user in the name of a host',
      { hosts: '[galaxyservers]\nme@gat-1\n', 'site.yml': SITE },
      ['plan', 'site', '-i', 'hosts'],
      2,
      [/hosts:2:1/, /fix {2}write gat-1 ansible_user=me/],
    ],
    [
      'a way to connect that there is not, with its place',
      { hosts: '[galaxyservers]\ngat-1 ansible_connection=shh\n', 'site.yml': SITE },
      ['plan', 'site', '-i', 'hosts'],
      2,
      [/hosts:2:1/, /did you mean ssh\?/],
    ],
    [
      'hosts of a group as a list',
      { 'hosts.yml': 'galaxyservers:\n  hosts:\n    - gat-1\n', 'site.yml': SITE },
      ['plan', 'site', '-i', 'hosts.yml', '--offline'],
      2,
      [/hosts\.yml:3:5/, /write each name with a colon after it,\s+and without a dash/],
    ],
    [
      'the inventory in place of a playbook',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'hosts', '-i', 'hosts'],
      2,
      [/cannot find a playbook or stack named hosts/, /hosts is the inventory; .* galaxy, pulsar/, /site/],
    ],
    [
      'a file of variables in place of a playbook',
      { hosts: HOSTS, 'site.yml': SITE, 'group_vars/all.yml': 'a: 1\n' },
      ['apply', 'group_vars/all.yml', '-i', 'hosts'],
      2,
      [/group_vars\/all\.yml has no plays; .* site/],
    ],
    [
      'a group in place of a playbook',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'galaxyservers', '-i', 'hosts'],
      2,
      [/galaxyservers is a group of the inventory/, /fix {2}name a playbook, and --limit galaxyservers/],
    ],
    [
      'a host in place of a playbook',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'gat-1', '-i', 'hosts'],
      2,
      [/gat-1 is a host of the inventory/, /fix {2}name a playbook, and --limit gat-1/],
    ],
    [
      'all in place of playbooks',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'all', '-i', 'hosts'],
      2,
      [/fix {2}name the ones that you want: .*site/],
    ],
    [
      'another ending of a playbook',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'site.yaml', '-i', 'hosts'],
      2,
      [/fix {2}did you mean site\?/],
    ],
    [
      'a text that begins with a star',
      { hosts: HOSTS, 'site.yml': SITE, 'group_vars/all.yml': 'names: *.example.org\n' },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/group_vars\/all\.yml:1:8/, /fix {2}put the value into quotes/],
    ],
    [
      'an encrypted file with a space before its header',
      { hosts: HOSTS, 'site.yml': SITE, 'group_vars/all.yml': ' $ANSIBLE_VAULT;1.1;AES256\n3132\n' },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/^error\[vault\/format\]/m, /group_vars\/all\.yml:1:2/, /must be the first word/, /fix {2}put back/],
    ],
    [
      'a task with two modules',
      {
        hosts: HOSTS,
        'site.yml':
          '- hosts: galaxyservers\n  tasks:\n    - copy: {content: x, dest: /x}\n      file: {path: /y, state: touch}\n',
      },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/site\.yml:4:7/, /fix {2}put it into a task of its own/],
    ],
    [
      'a condition in braces',
      {
        hosts: HOSTS,
        'site.yml':
          '- hosts: galaxyservers\n  tasks:\n    - file: {path: /y, state: touch}\n      when: "{{ a }} == 1"\n',
      },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/site\.yml:4:/, /fix {2}write it without {{ }}/],
    ],
    [
      'an imported playbook with a misspelt name',
      { hosts: HOSTS, 'site.yml': '- import_playbook: pulser.yml\n', 'pulsar.yml': SITE },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/site\.yml:1:20/, /did you mean `pulsar\.yml`\?/],
    ],
    [
      'a group of groups with a misspelt name',
      { hosts: `${HOSTS}[site:children]\ngalaxyserver\n`, 'site.yml': SITE },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/hosts:4:1/, /did you mean\s+galaxyservers\?/],
    ],
    [
      'a list whose first item stands beside its name',
      {
        hosts: HOSTS,
        'site.yml': '- hosts: galaxyservers\n  roles: [usegalaxy_eu.rabbitmq]\n',
        'group_vars/all.yml': 'rabbitmq_plugins: rabbitmq_management\n  - rabbitmq_top\n',
      },
      ['plan', 'site', '-i', 'hosts', '--offline'],
      2,
      [/rabbitmq_plugins is the text "rabbitmq_management - rabbitmq_top"/, /group_vars\/all\.yml:1:19/],
    ],
    [
      'a hosts pattern that names nothing',
      { hosts: HOSTS, 'site.yml': '- hosts: galaxyserver\n  roles: []\n' },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[inventory\/no-hosts\]/m, /galaxyservers/],
    ],
  ])('%s', async (_title, files, args, code, messages) => {
    project(files);
    const result = await gatdeploy(args, { cwd: folder });
    for (const message of messages) expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stderr.match(/^error/gm)?.length ?? 0).toBe(1);
    expect(result.stderr).not.toMatch(/^\s+at .*\.js/m);
  });

  test('a host without a known key is told the command that knows it, with the flags that find it', async () => {
    project({ 'my hosts': HOSTS });
    const args = ['hosts', 'list', '-C', folder, '-i', join(folder, 'my hosts')];
    const result = await gatdeploy(args, { cwd: tmpdir() });
    expect(result.stdout).toContain(`gatdeploy hosts trust gat-1 -C ${folder} -i '${folder}/my hosts'`);
  });

  test('a wrong vault password names the file and the password source, and reveals nothing', async () => {
    cpSync(new URL('../../group_vars', import.meta.url), join(folder, 'group_vars'), { recursive: true });
    project({
      hosts: HOSTS.replace('[galaxyservers]', '[pulsarservers]'),
      'ansible.cfg': '[defaults]\nvault_password_file = .pw\n',
      '.pw': 'not the password\n',
    });
    const result = await gatdeploy(['apply', 'pulsar', '-i', 'hosts'], { cwd: folder });
    expect(result.stderr).toMatch(/^error\[vault\/[a-z-]+\]: cannot decrypt .*group_vars\/secret\.yml/m);
    expect(result.stdout + result.stderr).not.toContain('not the password');
    expect(result.code).toBe(2);
  });

  test.each<[string, Readonly<Record<string, string>>, readonly RegExp[]]>([
    [
      'a group that a play misspells, beside one that it finds',
      { 'site.yml': '- hosts: galaxyservers\n  roles: []\n- hosts: pulsarserver\n  roles: []\n' },
      [/warning: site\.yml:3:10: no group and no host .* pulsarserver; did you mean `pulsarservers`\?/],
    ],
    [
      'a file of variables that is not there',
      { 'site.yml': '- hosts: galaxyservers\n  vars_files: [secrets.yml]\n  roles: []\n' },
      [/warning: site\.yml:2:16: no such file for vars_files: secrets\.yml/],
    ],
    [
      'a file of variables for a misspelt group',
      { 'site.yml': SITE, 'group_vars/pulsarserver.yml': 'a: 1\n' },
      [/warning: group_vars\/pulsarserver\.yml:1: it is read for nobody.* did you mean `pulsarservers`\?/],
    ],
    [
      'a file of variables behind a folder of the same name',
      { 'site.yml': SITE, 'group_vars/all.yml': 'a: 1\n', 'group_vars/all/more.yml': 'b: 1\n' },
      [/warning: group_vars\/all\.yml:1: it is not read, as group_vars\/all comes first; move it in there/],
    ],
    [
      'a misspelt variable of a role',
      {
        'site.yml': '- hosts: galaxyservers\n  roles: [galaxyproject.nginx]\n',
        'group_vars/all.yml': 'nginx_sserver_name: x\nnginx_confhttp: {}\n',
      },
      [/warning: group_vars\/all\.yml:2:1: .* nginx_confhttp, .* did you mean `nginx_conf_http`\? \(L42\)/],
    ],
    [
      'a misspelt section of ansible.cfg',
      { 'site.yml': SITE, 'ansible.cfg': '[default]\nforks = 5\n' },
      [/warning: ansible\.cfg:2:1: no setting is called \[default\] forks; did you mean `\[defaults\] forks`\?/],
    ],
    [
      'a vault password that cannot be read',
      {
        'site.yml': '- hosts: galaxyservers\n  tasks:\n    - copy: {content: "{{ vault_x }}", dest: /x}\n',
        'ansible.cfg': '[defaults]\nvault_password_file = .pw\n',
        '.pw': '\n',
        'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n3132\n',
      },
      [/warning: the vault stays closed: .* \(cannot use the vault password from .*\.pw: it is empty\)/],
    ],
    [
      'a key that is there twice',
      { 'site.yml': SITE, 'group_vars/all.yml': 'a: 1\na: 2\n' },
      [/warning: group_vars\/all\.yml:2:1: the key a stands in line 1 already; the last one counts/],
    ],
  ])('%s is told by plan, though Ansible passes over it', async (_title, files, messages) => {
    project({ hosts: `${HOSTS}[pulsarservers]\ngat-1\n`, ...files });
    const result = await gatdeploy(['plan', 'site', '-i', 'hosts', '--offline'], { cwd: folder });
    for (const message of messages) expect(result.stderr).toMatch(message);
    expect(result.code, result.stderr).toBe(0);
  });

  test.each<[string, string, RegExp | undefined]>([
    [
      'a misspelt variable',
      'pulsar_rooot=/x',
      /-e #1:1:1: .* pulsar_rooot, .* did you mean `pulsar_root`\? \(L42\)/,
    ],
    [
      "a misspelt variable of the project's",
      'release_tga=2',
      /-e #1:1:1: .* did you mean `release_tag`\? \(L42\)/,
    ],
    ['a name that nothing uses', '{"colour": 1}', /-e #1:1:2: .* reads colour, .* take colour out/],
    ['a variable that a task uses', 'release_tag=2', undefined],
    ['a variable of the connection', 'ansible_user=me', undefined],
  ])('%s of -e is told, if nothing reads it', async (_title, given, message) => {
    project({
      hosts: HOSTS,
      'group_vars/all.yml': 'release_tag: 1\n',
      'site.yml':
        '- hosts: galaxyservers\n  tasks:\n    - file: {path: "/x/{{ release_tag }}", state: directory}\n',
    });
    const result = await gatdeploy(['plan', 'site', '-i', 'hosts', '--offline', '-e', given], { cwd: folder });
    if (message) expect(result.stderr).toMatch(message);
    else expect(result.stderr).not.toContain('warning');
    expect(result.code).toBe(0);
  });

  test('a tag that nothing has is told by plan, though Ansible passes over it', async () => {
    project({
      hosts: HOSTS,
      'site.yml': '- hosts: galaxyservers\n  tasks:\n    - {file: {path: /x, state: directory}, tags: [a]}\n',
    });
    const plan = (tags: string) =>
      gatdeploy(['plan', 'site', '-i', 'hosts', '--offline', '-t', tags], { cwd: folder });
    expect((await plan('b,c')).stderr).toMatch(
      /warning: site\.yml:1:3: nothing is tagged b or c: no task, no role/,
    );
    expect((await plan('a,c')).stderr).not.toContain('tagged');
  });

  test.each([
    ['that nobody can reach keeps its code', [], 3],
    ['that went well does not end well', ['--offline'], 2],
  ])('a run %s when the command of --notify fails', async (_title, flags, code) => {
    project({ hosts: HOSTS, 'site.yml': SITE });
    const result = await gatdeploy(['plan', 'site', '-i', 'hosts', '--notify', 'exit 1', ...flags], {
      cwd: folder,
    });
    expect(result.stderr).toMatch(/cli\/notify/);
    expect(result.code, result.stderr).toBe(code);
  });

  test('mistakes of playbook, variables and roles are told at once', async () => {
    project({
      hosts: HOSTS,
      'site.yml': '- hosts: galaxyservers\n  roles: [galaxyproject.ngink, galaxyproject.nginx, some.where]\n',
      'group_vars/all.yml': 'nginx_servers: {a: 1}\nnginx_conf_http: "{{ 1 + }}"\n',
    });
    const result = await gatdeploy(['plan', 'site', '-i', 'hosts'], { cwd: folder });
    expect(result.stderr).toMatch(/did you mean `galaxyproject\.nginx`\?/);
    expect(result.stderr).toMatch(/role `some\.where`/);
    expect(result.stderr).toMatch(/nginx_servers is a dict, and must be list of text/);
    expect(result.stderr).toMatch(/variable nginx_conf_http: unexpected/);
    expect(result.stderr).toMatch(/^4 problems$/m);
    expect(result.code).toBe(2);
  });
});
