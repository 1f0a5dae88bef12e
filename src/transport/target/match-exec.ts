/**
 * Decides `Match exec` of an ssh_config, which the parser's library leaves to a shell that has `function`, as Debian's has not.
 * See ssh_config(5), "Match" and "TOKENS".
 */
import { spawnSync } from 'node:child_process';
import SSHConfig from 'ssh-config';

/** Who is asked for. */
export type Asked = { readonly host: string; readonly user: string; readonly localUser: string };

const EXEC = /^(\s*match\s.*?)(!?)\bexec\s+(?:"([^"]*)"|(\S+))(.*)$/i;

/** Whether a configuration has such a line. */
export const hasExec = (text: string): boolean => text.split('\n').some((line) => EXEC.test(line));

/** Puts what each command said in its place; one whose line does not hold anyway does not run. */
export function decideExec(text: string, asked: Asked): string {
  const name = hostNameOf(text, asked.host);
  return text
    .split('\n')
    .map((line) => {
      const [, before = '', not = '', quoted, bare, after = ''] = EXEC.exec(line) ?? [];
      const command = quoted ?? bare;
      if (command === undefined) return line;
      const holds = isHeld(before, name, asked) && succeeds(command, name, asked) !== (not === '!');
      return `${before}originalhost ${holds ? '*' : 'no,such,host'}${after}`;
    })
    .join('\n');
}

/** What HostName makes of the host, where that depends on no command. */
function hostNameOf(text: string, host: string): string {
  const { hostname } = SSHConfig.parse(text).compute({ Host: host }, { ignoreCase: true, matchExec: false });
  return typeof hostname === 'string' ? hostname.replaceAll('%h', host) : host;
}

/** Whether the criteria before the command hold: OpenSSH looks at them in their order. */
function isHeld(before: string, name: string, { host, user }: Asked): boolean {
  if (/^\s*match\s+$/i.test(before)) return true;
  const probe = SSHConfig.parse(`HostName ${name}\n${before}\n  LocalCommand held`);
  return probe.compute({ Host: host, User: user }, { ignoreCase: true, matchExec: false }).localcommand === 'held';
}

function succeeds(command: string, name: string, { host, user, localUser }: Asked): boolean {
  const tokens: Readonly<Record<string, string>> = {
    '%%': '%',
    '%h': name,
    '%n': host,
    '%r': user,
    '%u': localUser,
  };
  // Names that a shell would obey are refused later; until then no shell sees them.
  if (![name, host, user].every((word) => /^[\w.:@-]*$/.test(word))) return false;
  const script = command.replace(/%[%hnru]/g, (token) => tokens[token] ?? token);
  return spawnSync('/bin/sh', ['-c', script], { stdio: 'ignore' }).status === 0;
}
