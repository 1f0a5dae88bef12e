import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { sh } from '../../../src/base/shell.ts';
import { connect } from '../../../src/transport/connect.ts';
import type { Prompt } from '../../../src/transport/connection.ts';
import { newHostKey, newRsaKey, type TestServerOptions } from '../../support/ssh-server.ts';

import { acceptKey, connected, failure, home, serve, useSshWorld } from '../../support/ssh-world.ts';

useSshWorld();

describe('logging in', () => {
  test('works with a key file, which is offered at once', async () => {
    const key = newHostKey();
    const methods: string[] = [];
    const { connection } = await connected(
      {
        authenticate: (context) => {
          methods.push(context.method);
          acceptKey(key)(context);
        },
      },
      { ansible_ssh_private_key_file: home.write('mine', key), ansible_password: null },
    );
    expect((await connection.exec({ script: sh`echo` })).code).toBe(0);
    expect(methods[0]).toBe('publickey');
  });

  test('works with an RSA key, by SHA-2 only', async () => {
    const key = newRsaKey();
    const hashes = new Set<string | undefined>();
    await connected(
      {
        authenticate: (context) => {
          if (context.method === 'publickey' && context.signature) hashes.add(context.hashAlgo);
          acceptKey(key)(context);
        },
      },
      { ansible_ssh_private_key_file: home.write('mine', key) },
    );
    expect([...hashes]).toEqual(['sha256']);
  });

  test('asks for the passphrase of a key only when the host accepts the key', async () => {
    const key = newHostKey('open sesame');
    const other = newHostKey('never');
    const plain = ssh2.utils.parseKey(key, 'open sesame');
    if (plain instanceof Error) throw plain;
    const server = await serve({
      authenticate: (context) => {
        if (context.method !== 'publickey' || !context.key.data.equals(plain.getPublicSSH()))
          return context.reject(['publickey']);
        context.accept();
      },
    });
    home.know(server);
    home.write('config', `IdentityFile ${home.write('other', other)}\nIdentityFile ${home.write('mine', key)}\n`);
    const questions: string[] = [];
    const ask =
      (answer: string): Prompt =>
      async (question) => {
        questions.push(question);
        return new Secret(answer);
      };
    const connection = await connect(home.target(server.port), { prompt: ask('open sesame') });
    await connection.close();
    expect(questions).toEqual([`Passphrase of ${join(home.path, '.ssh/mine')}: `]);
    const wrong = await failure(connect(home.target(server.port), { prompt: ask('wrong') }));
    expect(wrong).toMatchObject({ code: 'ssh/auth-failed', why: expect.stringContaining('passphrase is wrong') });
    const unasked = await failure(connect(home.target(server.port, { ansible_password: null })));
    expect(unasked.why).toContain('ssh-add');
  });

  test('works with a password, which is sent once and never shown', async () => {
    let sent = 0;
    const authenticate: TestServerOptions['authenticate'] = (context) => {
      if (context.method !== 'password') return context.reject(['password']);
      sent++;
      if (context.password === 'right') context.accept();
      else context.reject(['password']);
    };
    const { server } = await connected({ authenticate }, { ansible_password: 'right' });
    const prompt: Prompt = async () => new Secret('another');
    const error = await failure(connect(home.target(server.port, { ansible_password: 'pw-canary' }), { prompt }));
    expect(error).toMatchObject({
      code: 'ssh/auth-failed',
      why: expect.stringContaining('the password (ansible_password) was sent'),
    });
    expect(JSON.stringify([error, error.message, error.why, error.fix])).not.toContain('pw-canary');
    expect(sent).toBe(2);
  });

  test('asks for a password at the terminal, by questions of the host too', async () => {
    const server = await serve({
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        context.prompt([{ prompt: 'Kennwort: ', echo: false }], (answers) =>
          answers[0] === 'typed' ? context.accept() : context.reject(),
        );
      },
    });
    home.know(server);
    const connection = await connect(home.target(server.port, { ansible_password: null }), {
      prompt: async () => new Secret('typed'),
    });
    await connection.close();
  });

  test('tells what was tried and what the host accepts', async () => {
    const server = await serve({ authenticate: (context) => context.reject(['publickey']) });
    home.know(server);
    home.write('id_ed25519', newHostKey());
    const error = await failure(connect(home.target(server.port, { ansible_password: null })));
    expect(error).toMatchObject({ code: 'ssh/auth-failed', what: 'cannot log in to web-1 (127.0.0.1) as tester' });
    expect(error.why).toMatch(/key .*id_ed25519 \(SHA256:.*\) was offered\n {2}the host accepts: publickey/);
  });

  test('offers no weak algorithm', async () => {
    const server = await serve({ algorithms: { kex: ['diffie-hellman-group14-sha1'] } });
    home.know(server);
    expect(await failure(connect(home.target(server.port)))).toMatchObject({ code: 'ssh/no-common-algorithm' });
  });
});
