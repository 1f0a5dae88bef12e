import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatdeploy, records } from '../support/cli.ts';

const BIN = fileURLToPath(new URL('../../bin/gatdeploy', import.meta.url));
const schema = JSON.parse(readFileSync(new URL('../../schemas/events.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false }).compile(schema);

const cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-ci-'));
const NAMES = ['--galaxy', 'g.example.org', '--pulsar', 'p.example.org', '--email', 'me@example.org'];

beforeAll(async () => {
  await gatdeploy(['init', 'project', ...NAMES], { cwd });
  // Nobody listens there, so that a try to connect ends at once.
  const nowhere = (name: string): string => `${name} ansible_user=debian ansible_host=127.0.0.1 ansible_port=1\n`;
  writeFileSync(
    path.join(cwd, 'project/hosts'),
    `[galaxyservers]\n${nowhere('g.example.org')}[pulsarservers]\n${nowhere('p.example.org')}`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const project = path.join(cwd, 'project');
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => gatdeploy(args, { cwd: project, env });

describe('exit codes', () => {
  test.each<[string, readonly string[], number]>([
    ['all is well', ['lint'], 0],
    ['an unknown option', ['plan', '--nothing'], 2],
    ['an unknown command', ['plam'], 2],
    ['an unknown stack', ['plan', 'galxy'], 2],
    ['a host that does not answer', ['plan', 'pulsar'], 3],
    ['changes are pending, unasked', ['plan', 'pulsar', '--offline'], 0],
    ['changes are pending, where the flag asks for it', ['plan', 'pulsar', '--offline', '--exit-code'], 7],
  ])('tell of %s', async (_title, args, code) => {
    const result = await run(args);
    expect(result.code, result.stdout + result.stderr).toBe(code);
  });
});

describe('without a terminal', () => {
  test('nothing moves the cursor or is coloured, and lines begin with the host', async () => {
    const result = await run(['plan', 'galaxy', 'pulsar'], {
      NO_COLOR: '',
      FORCE_COLOR: '3',
      TERM: 'xterm-256color',
    });
    expect(result.stdout + result.stderr).not.toMatch(/[^\P{Cc}\n]/u);
    expect(result.stderr).toMatch(/^g\.example\.org \| UNREACHABLE$/m);
    expect(result.stderr).toMatch(/^p\.example\.org \| UNREACHABLE$/m);
  });

  test.each<[string, readonly string[], string]>([
    ['the sudo password', ['plan', 'pulsar', '-K'], '--become-password-file'],
    ['the vault password', ['plan', 'pulsar', '--vault-id', 'x@prompt'], '--vault-password-file'],
  ])('nobody is asked for %s: the flag is named', async (_title, args, flag) => {
    const result = await run(args);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(flag);
  });

  test('--json is one record a line, as the schema says, and nothing else', async () => {
    const result = await run(['plan', 'galaxy', 'pulsar', '--json']);
    expect(result.stderr).toBe('');
    for (const record of records(result)) expect(validate(record), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe('secrets', () => {
  test.each<[string, readonly string[], NodeJS.ProcessEnv]>([
    ['a file', ['--become-password-file', 'sudo'], {}],
    ['a program', ['--become-password-file', './sudo.sh'], {}],
    ['the environment', [], { GATDEPLOY_BECOME_PASSWORD: 'ci-canary-password' }],
  ])('may come from %s and never show', async (_title, args, env) => {
    writeFileSync(path.join(project, 'sudo'), 'ci-canary-password\n', { mode: 0o600 });
    writeFileSync(path.join(project, 'sudo.sh'), '#!/bin/sh\necho ci-canary-password\n', { mode: 0o700 });
    const result = await run(['plan', 'pulsar', ...args], env);
    expect(result.code, result.stderr).toBe(3);
    expect(result.stdout + result.stderr).not.toContain('ci-canary');
  });

  test('of the vault may come from the environment alone', async () => {
    const password = readFileSync(path.join(project, '.vault-password'), 'utf8').trim();
    writeFileSync(path.join(project, 'other.cfg'), '[defaults]\ninventory = hosts\n');
    const env = { ANSIBLE_CONFIG: 'other.cfg', GATDEPLOY_VAULT_PASSWORD: password };
    const result = await run(['lint', 'pulsar'], env);
    expect(result.code, result.stdout + result.stderr).toBe(0);
  });
});

describe('the password of the vault', () => {
  const PASSWORD = 'ci-canary-password';
  const other = mkdtempSync(path.join(tmpdir(), 'gatdeploy-ci-vault-'));
  afterAll(() => rmSync(other, { recursive: true, force: true }));
  beforeAll(async () => {
    const files: Readonly<Record<string, string>> = {
      hosts: 'web ansible_connection=local\n',
      'site.yml': `- hosts: web
  gather_facts: false
  tasks:
    - debug: {msg: "{{ sealed }} said {{ lookup('file', 'pw') }} {{ lookup('file', 'pw') | b64encode }}"}
    - debug: {msg: "seen {{ lookup('env', 'GATDEPLOY_VAULT_PASSWORD') }}"}
`,
      'group_vars/all.yml': 'sealed: opened\n',
      pw: `${PASSWORD}\n`,
      'pw.sh': `#!/bin/sh\nenv > seen\necho ${PASSWORD}\n`,
    };
    mkdirSync(path.join(other, 'group_vars'));
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(other, name), text, { mode: name === 'pw.sh' ? 0o700 : 0o600 });
    const args = ['vault', 'encrypt', 'group_vars/all.yml', '--vault-password-file', 'pw'];
    expect(await gatdeploy(args, { cwd: other })).toMatchObject({ code: 0 });
  });

  const SUDO = 'sudo-canary-password';
  const INHERITED = { GATDEPLOY_BECOME_PASSWORD: SUDO, GATDEPLOY_VAULT_PASSWORD: PASSWORD };
  test.each<[string, readonly string[], { env?: NodeJS.ProcessEnv; stdin?: string }]>([
    ['a file', ['--vault-password-file', 'pw'], {}],
    ['a label', ['--vault-id', 'prod@pw'], {}],
    ['a program', ['--vault-password-file', './pw.sh'], { env: INHERITED }],
    ['the environment', [], { env: INHERITED }],
    ['standard input', ['--vault-password-file', '-'], { stdin: path.join(other, 'pw') }],
  ])('from %s shows nowhere, and no program sees it', async (_title, args, options) => {
    const notify = ['--notify', 'cat > told; env >> told'];
    const call = ['plan', 'site', '-i', 'hosts', '--offline', '--report', 'r.html', '--json', ...args, ...notify];
    const result = await gatdeploy(call, { cwd: other, ...options });
    expect(result.code, result.stderr).toBe(0);
    const files = ['r.html', 'told', 'seen'].filter((name) => existsSync(path.join(other, name)));
    const written = files.map((name) => readFileSync(path.join(other, name), 'utf8')).join('');
    const all = result.stdout + result.stderr + written;
    expect(all).toContain('*** said *** ***');
    expect(all).not.toMatch(/canary|GATDEPLOY_(?:VAULT|BECOME)_PASSWORD/);
    expect(all).not.toContain(Buffer.from(PASSWORD).toString('base64').slice(0, 20));
  });
});

describe('files at the end', () => {
  test('are written when the run fails, too', async () => {
    const files = ['--junit', 'out/run.xml', '--report', 'out/run.html', '--notify', 'cat > out/end.json'];
    const result = await run(['plan', 'pulsar', ...files]);
    expect(result.code).toBe(3);
    expect(readFileSync(path.join(project, 'out/run.xml'), 'utf8')).toContain('errors="1"');
    expect(readFileSync(path.join(project, 'out/run.html'), 'utf8')).toMatch(/error\[ssh\//);
    const end = JSON.parse(readFileSync(path.join(project, 'out/end.json'), 'utf8'));
    expect(validate(end), JSON.stringify(validate.errors)).toBe(true);
    expect(end).toMatchObject({ type: 'end', code: 3, ok: false, command: 'gatdeploy plan pulsar' });
  });

  test('that cannot be written are an error of their own, before anything is run', async () => {
    const result = await run(['plan', 'pulsar', '--offline', '--report', '/dev/null/run.html']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('cannot write /dev/null/run.html');
    expect(result.stdout).toBe('');
  });

  test('of a hook that fails tell what it said', async () => {
    const result = await run(['plan', 'pulsar', '--offline', '--notify', 'echo no such channel >&2; exit 3']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('no such channel');
  });
});

test.each([
  ['plan', ['plan', 'galaxy', 'pulsar', '--offline']],
  ['lint', ['lint', '--json']],
  ['inventory', ['inventory', '--json']],
  ['vars', ['vars', '--json']],
  ['roles', ['roles', '--json-schema']],
  ['graph', ['graph', 'pulsar']],
  ['completion', ['completion', 'bash']],
  ['help', ['--help']],
])('%s goes on quietly when its reader has gone', async (_name, args) => {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(said).not.toMatch(/EPIPE|at .*\.js:\d+/);
  expect([0, 3]).toContain(code);
});
