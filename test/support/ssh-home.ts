/** A home directory for SSH tests: keys, known_hosts, ssh_config, and nothing of the machine's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownHostName, renderKnownHost } from '../../src/transport/host-keys/known-hosts.ts';
import { loadSshConfig } from '../../src/transport/target/ssh-config.ts';
import type { SshTarget } from '../../src/transport/target/target.ts';
import { type HostVars, targetFor } from '../../src/transport/target/target-for.ts';
import type { TestServer } from './ssh-server.ts';

export type SshHome = {
  readonly path: string;
  /** Writes known_hosts: the servers' keys under 127.0.0.1, or lines of one's own. */
  know(...known: readonly (TestServer | string)[]): void;
  /** Writes a file under ~/.ssh with mode 0600, and returns its path. */
  write(name: string, content: string): string;
  target(port: number, vars?: HostVars, agentSocket?: string): SshTarget;
  remove(): void;
};

export function sshHome(): SshHome {
  const path = mkdtempSync(join(tmpdir(), 'gatdeploy-home-'));
  mkdirSync(join(path, '.ssh'));
  const write = (name: string, content: string) => {
    const file = join(path, '.ssh', name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const linesOf = ({ port, keys }: TestServer) =>
    keys.map((key) => renderKnownHost(knownHostName('127.0.0.1', port), key)).join('');
  return {
    path,
    write,
    know: (...known) => {
      write('known_hosts', known.map((one) => (typeof one === 'string' ? `${one}\n` : linesOf(one))).join(''));
    },
    target(port, vars = {}, agentSocket = undefined) {
      const config = loadSshConfig({
        home: path,
        directory: path,
        environment: { SSH_AUTH_SOCK: agentSocket },
        systemFile: join(path, 'none'),
      });
      const all = {
        ansible_host: '127.0.0.1',
        ansible_port: port,
        ansible_user: 'tester',
        ansible_password: 'pw',
        ...vars,
      };
      return targetFor('web-1', all, config) as SshTarget;
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
