import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { parseJumpCommand, parseProxyJump, splitWords } from '../../../src/transport/target/ssh-args.ts';
import { loadSshConfig } from '../../../src/transport/target/ssh-config.ts';
import type { SshTarget } from '../../../src/transport/target/target.ts';
import { type HostVars, targetFor } from '../../../src/transport/target/target-for.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gatdeploy-home-'));
  mkdirSync(join(home, '.ssh'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** The target of `web-1` with these variables and this ~/.ssh/config. */
function target(vars: HostVars = {}, config = '', name = 'web-1') {
  writeFileSync(join(home, '.ssh/config'), config);
  const sshConfig = loadSshConfig({
    home,
    directory: '/project',
    environment: { SSH_AUTH_SOCK: '/run/agent' },
    systemFile: join(home, 'none'),
  });
  return targetFor(name, vars, { ...sshConfig, localUser: 'me' });
}
const ssh = (vars: HostVars = {}, config = '', name = 'web-1') => target(vars, config, name) as SshTarget;

describe('a target', () => {
  test.each<[string, HostVars, string, Partial<SshTarget>]>([
    ['is by default the host itself, as the local user', {}, '', { address: 'web-1', port: 22, user: 'me' }],
    [
      'follows the variables',
      { ansible_host: '10.0.0.1', ansible_port: 2222, ansible_user: 'admin' },
      '',
      { address: '10.0.0.1', port: 2222, user: 'admin', knownHostName: '[10.0.0.1]:2222' },
    ],
    [
      'follows the older names of the variables',
      { ansible_ssh_host: '10.0.0.1', ansible_ssh_port: '2222', ansible_ssh_user: 'admin' },
      '',
      { address: '10.0.0.1', port: 2222, user: 'admin' },
    ],
    [
      'follows ssh_config',
      {},
      'Host web-*\n  HostName %h.example.org\n  Port 2222\n  User admin\n  HostKeyAlias web\n  ConnectTimeout 3',
      { address: 'web-1.example.org', port: 2222, user: 'admin', knownHostName: 'web', connectTimeoutMs: 3000 },
    ],
    ['prefers variables to ssh_config', { ansible_user: 'admin' }, 'User other', { user: 'admin' }],
    [
      'looks ansible_host up in ssh_config, as ssh does',
      { ansible_host: 'gw' },
      'Host gw\n HostName 10.9.9.9',
      { address: '10.9.9.9' },
    ],
    ['heeds negated patterns', {}, 'Host * !web-1\n  User other', { user: 'me' }],
    ['heeds Match', {}, 'Match host web-1\n  Port 2200', { port: 2200 }],
    [
      'reads keep-alive options',
      {},
      'ServerAliveInterval 5\nServerAliveCountMax 2',
      { aliveIntervalMs: 5000, aliveCountMax: 2 },
    ],
    [
      'follows options of ssh in variables, in all their spellings',
      { ansible_ssh_common_args: '-p2200 -o "User=admin" -oHostKeyAlias=web', ansible_ssh_extra_args: '-p 1' },
      '',
      { port: 2200, user: 'admin', knownHostName: 'web' },
    ],
    [
      'reads times with units',
      {},
      'ConnectTimeout 1m\nServerAliveInterval 1m30s',
      { connectTimeoutMs: 60_000, aliveIntervalMs: 90_000 },
    ],
    ['compares an alias of the host key in lower case', {}, 'HostKeyAlias Web', { knownHostName: 'web' }],
    ['gives Match exec the tokens of the host', {}, 'Match exec "test %n = web-1"\n Port 2200', { port: 2200 }],
    [
      'gives Match exec the name that HostName made of it',
      {},
      'Host web-1\n HostName %h.example.org\nMatch exec "test %h = web-1.example.org"\n Port 2200',
      { port: 2200 },
    ],
    [
      'heeds Match exec',
      {},
      'Match exec "test -d /" \n Port 2200\nMatch exec false\n User other',
      { port: 2200, user: 'me' },
    ],
    ['heeds the contrary of Match exec', {}, 'Match !exec false\n Port 2200', { port: 2200 }],
    [
      'heeds Match exec among others',
      {},
      'Match host other exec true\n Port 1\nMatch host web-1 exec true user me\n Port 2',
      { port: 22 },
    ],
    ['takes an IPv6 address', { ansible_host: '[::1]' }, '', { address: '::1', knownHostName: '::1' }],
  ])('%s', (_title, vars, config, expected) => expect(ssh(vars, config)).toMatchObject(expected));

  test('names key files, expands ~ and keeps the agent', () => {
    const { identities } = ssh(
      { ansible_ssh_private_key_file: '~/keys/a', ansible_ssh_common_args: '-i keys/b' },
      'IdentityFile ~/.ssh/c\nIdentitiesOnly yes',
    );
    expect(identities).toMatchObject({
      named: [join(home, 'keys/a'), '/project/keys/b'],
      agent: '/run/agent',
      onlyNamed: true,
    });
  });

  test('fills in tokens of files', () => {
    const config = 'Host web-1\n HostName %h.org\n UserKnownHostsFile ~/kh_%h_%p_%r\n IdentityFile ~/%n%%';
    const { identities, knownHosts } = ssh({ ansible_user: 'admin' }, config);
    expect([identities.named, knownHosts.user]).toEqual([
      [join(home, 'web-1%')],
      [join(home, 'kh_web-1.org_22_admin')],
    ]);
  });

  test('offers no usual key with IdentityFile none', () => {
    expect(ssh({}, 'IdentityFile none').identities).toMatchObject({ named: [], usual: [] });
  });

  test('reads included files, and goes on in the section that was open', () => {
    writeFileSync(join(home, '.ssh/one.conf'), 'Host other\n  Port 1\n');
    writeFileSync(join(home, '.ssh/two.conf'), 'Host web-1\n  Port 2200\n');
    expect(ssh({}, 'Include *.conf\nUser admin\n')).toMatchObject({ port: 2200, user: 'admin' });
  });

  test('finds what an included file includes where ssh does: in ~/.ssh, not beside it', () => {
    mkdirSync(join(home, '.ssh/conf.d'));
    writeFileSync(join(home, '.ssh/conf.d/a'), 'Include deeper\n');
    writeFileSync(join(home, '.ssh/deeper'), 'Host web-1\n  Port 2300\n');
    expect(ssh({}, 'Include conf.d/a\n')).toMatchObject({ port: 2300 });
  });

  test('names each key file once', () => {
    const { identities } = ssh(
      {},
      'Host web-*\n IdentityFile ~/a\n IdentityFile ~/b\nHost *\n IdentityFile ~/a\n',
    );
    expect(identities.named).toEqual([join(home, 'a'), join(home, 'b')]);
  });

  test('holds passwords as secrets', () => {
    const found = ssh({ ansible_password: 'pw1', ansible_become: true, ansible_become_pass: new Secret('pw2') });
    expect(JSON.stringify(found)).not.toMatch(/pw[12]/);
    expect([found.password?.reveal(), found.become?.user, found.becomePassword?.reveal()]).toEqual([
      'pw1',
      'root',
      'pw2',
    ]);
  });

  test('is this machine with ansible_connection=local', () => {
    expect(target({ ansible_connection: 'local' })).toMatchObject({ kind: 'local', name: 'web-1' });
  });
});

test('a command of Match exec runs only where the rest of its line holds, and never sees a hostile name', () => {
  const mark = join(home, 'ran');
  const config = `Match host other exec "touch ${mark}"\n Port 1\nMatch exec "echo %n >${mark}"\n Port 2`;
  expect(() => target({ ansible_host: '$(id)' }, config)).toThrow(
    expect.objectContaining({ code: 'ssh/unsafe-value' }),
  );
  expect(existsSync(mark)).toBe(false);
});

describe('a way through jump hosts', () => {
  const hops = (found: SshTarget) => found.hops.map(({ user, address, port }) => `${user}@${address}:${port}`);
  test.each<[string, HostVars, string, string[]]>([
    ['comes from ssh_config', {}, 'Host web-1\n ProxyJump admin@gw:2222,inner', ['admin@gw:2222', 'me@inner:22']],
    ['comes from -J', { ansible_ssh_common_args: '-J gw' }, '', ['me@gw:22']],
    [
      'comes from the ProxyCommand that means the same',
      { ansible_ssh_common_args: '-o ProxyCommand="ssh -W %h:%p -q -p 2222 admin@gw"' },
      '',
      ['admin@gw:2222'],
    ],
    [
      'heeds the options of each jump host, and its own way',
      {},
      'Host web-1\n ProxyJump gw\nHost gw\n HostName 10.0.0.9\n User admin\n ProxyJump outer',
      ['me@outer:22', 'admin@10.0.0.9:22'],
    ],
    ['is what was said first', {}, 'Host web-1\n ProxyCommand none\nHost *\n ProxyJump gw', []],
    [
      'comes from the ProxyCommand of variables before the ProxyJump of ssh_config',
      { ansible_ssh_common_args: '-o ProxyCommand="ssh -W %h:%p gw"' },
      'Host web-1\n ProxyJump other',
      ['me@gw:22'],
    ],
    ['is none with ProxyJump none', { ansible_ssh_common_args: '-o ProxyJump=none' }, 'ProxyJump gw', []],
  ])('%s', (_title, vars, config, expected) => expect(hops(ssh(vars, config))).toEqual(expected));

  test('is refused when it goes round in a circle', () => {
    expect(() => ssh({}, 'Host web-1\n ProxyJump a\nHost a\n ProxyJump b\nHost b\n ProxyJump a')).toThrow(
      expect.objectContaining({ code: 'ssh/jump-loop' }),
    );
  });

  test('checks a jump host by its own name, with the known_hosts of the project', () => {
    const [hop] = ssh({ ansible_ssh_common_args: '-J gw -o UserKnownHostsFile=known' }).hops;
    expect([hop?.knownHostName, hop?.knownHosts.user]).toEqual(['gw', ['/project/known']]);
  });
});

describe('a ProxyCommand', () => {
  test('runs when it stands in the own ssh_config', () => {
    expect(ssh({}, 'Host web-1\n ProxyCommand nc -X 5 %h %p').proxyCommand).toBe('nc -X 5 web-1 22');
  });
  test('never runs when it comes from the project', () => {
    expect(() => ssh({ ansible_ssh_common_args: "-o ProxyCommand='touch /tmp/owned'" })).toThrow(
      expect.objectContaining({ code: 'ssh/proxy-command' }),
    );
  });
  test('never runs when it comes from a configuration file of the project, nor does Match exec', () => {
    const file = join(home, 'project.conf');
    const mark = join(home, 'owned');
    writeFileSync(file, `Match exec "touch ${mark}"\n User evil\nHost web-1\n ProxyCommand touch ${mark}\n`);
    expect(() => ssh({ ansible_ssh_common_args: `-F ${file}` })).toThrow(
      expect.objectContaining({ code: 'ssh/proxy-command' }),
    );
    expect(() => writeFileSync(mark, '', { flag: 'wx' })).not.toThrow();
  });
});

describe('an option against the check of host keys', () => {
  test.each<[string, HostVars, string]>([
    ['StrictHostKeyChecking=no', { ansible_ssh_common_args: '-o StrictHostKeyChecking=no' }, ''],
    ['StrictHostKeyChecking=accept-new', {}, 'StrictHostKeyChecking accept-new'],
    ['UserKnownHostsFile=/dev/null', { ansible_ssh_common_args: '-o UserKnownHostsFile=/dev/null' }, ''],
    ['UserKnownHostsFile=none', {}, 'UserKnownHostsFile none'],
    ['ansible_host_key_checking', { ansible_host_key_checking: false }, ''],
  ])('%s is ignored, and a warning says so', (option, vars, config) => {
    const found = ssh(vars, config);
    expect(found.warnings.join()).toContain(option);
    expect(found.knownHosts.user).toContain(join(home, '.ssh/known_hosts'));
  });
  test('gets no warning when it asks for what is the case', () => {
    expect(
      ssh({ ansible_ssh_common_args: '-o StrictHostKeyChecking=yes -o ControlPersist=60s -C -q' }).warnings,
    ).toEqual([]);
  });
});

describe('refused is', () => {
  test.each<[string, HostVars, string, string]>([
    ['an unknown connection', { ansible_connection: 'docker' }, 'web-1', 'ssh/connection-type'],
    ['a become method other than sudo', { ansible_become_method: 'su' }, 'web-1', 'become/method'],
    ['a host that begins with a dash', {}, '-oProxyCommand=id', 'ssh/unsafe-value'],
    ['an address that begins with a dash', { ansible_host: '-oProxyCommand=id' }, 'web-1', 'ssh/unsafe-value'],
    ['an address with a command in it', { ansible_host: '$(id)' }, 'web-1', 'ssh/unsafe-value'],
    ['a user that begins with a dash', { ansible_user: '-lroot' }, 'web-1', 'ssh/unsafe-value'],
    ['a user with a newline', { ansible_user: 'a\nb' }, 'web-1', 'ssh/unsafe-value'],
    ['a become_user that begins with a dash', { ansible_become_user: '-s' }, 'web-1', 'ssh/unsafe-value'],
    ['a port that is none', { ansible_port: '22x' }, 'web-1', 'ssh/port'],
    ['a port out of range', { ansible_port: 70_000 }, 'web-1', 'ssh/port'],
  ])('%s', (_title, vars, name, code) => {
    expect(() => ssh(vars, '', name)).toThrow(expect.objectContaining({ code }));
  });

  test('every hostile character in a host or user name', () => {
    const hostile = fc.constantFrom(...' \t\n\r\0;&|<>()$`"\'*?!#~{}\\^,'.split(''));
    fc.assert(
      fc.property(hostile, fc.string({ unit: 'grapheme', maxLength: 5 }), (bad, tail) => {
        expect(() => ssh({ ansible_host: `a${bad}${tail}` })).toThrow();
      }),
      { numRuns: 50 },
    );
  });
});

test('words are split as a shell splits them', () => {
  expect(splitWords(`-o "a b" 'c "d' e\\ f "g\\"h" i'j'k ''`)).toEqual([
    '-o',
    'a b',
    'c "d',
    'e f',
    'g"h',
    'ijk',
    '',
  ]);
});

test.each([
  ['gw', 'gw', {}],
  ['admin@gw:2222', 'gw', { user: ['admin'], port: ['2222'] }],
  ['ssh://admin@[::1]:2222', '::1', { user: ['admin'], port: ['2222'] }],
])('the jump host %s is read', (text, host, options) => {
  expect(parseProxyJump(text).map((hop) => [hop.host, Object.fromEntries(hop.args.options)])).toEqual([
    [host, options],
  ]);
});

test.each([
  'nc %h %p',
  'ssh gw nc %h %p',
  'ssh -W other:22 gw',
  'ssh -W %h:%p gw; id',
  'ssh -W %h:%p -o ProxyCommand=id',
])('the command %s is no jump host', (command) => expect(parseJumpCommand(command)).toBeUndefined());
