/** OpenSSH to lab hosts, with the lab's key and the hosts' real keys, whatever the user's own configuration says. */
import type { Script } from '../base/shell.ts';
import { attempt, type Output } from './run.ts';
import { addressOf, type LabRecord, labPaths } from './store.ts';

/** The arguments of ssh(1) for a login; options of the caller (`-t`) come before them. */
export function sshArgs(record: LabRecord, host: string, user: string): readonly string[] {
  const { key, knownHosts } = labPaths(record.name);
  return [
    ...['-F', '/dev/null', '-i', key, '-o', 'IdentitiesOnly=yes'],
    ...['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', 'ConnectTimeout=10', '-o', 'LogLevel=ERROR', `${user}@${addressOf(record, host)}`],
  ];
}

/** Runs a script on a host; it travels on standard input and sees an empty one. */
export function runOnHost(record: LabRecord, host: string, user: string, script: Script): Promise<Output> {
  const ssh = ['ssh', '-o', 'BatchMode=yes', ...sshArgs(record, host, user)];
  return attempt([...ssh, 'script=$(cat); exec </dev/null; eval "$script"'], script.source);
}
