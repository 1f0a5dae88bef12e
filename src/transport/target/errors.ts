/** Errors and warnings about how a host is to be reached: what its variables and ssh_config say. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { GatError } from '../../base/errors.ts';

/** An ssh_config file can't be read. */
export function sshConfigBroken(file: string, cause: unknown): GatError {
  return new GatError({
    code: 'ssh/config',
    what: `cannot read ${file}`,
    where: { file, line: 1, column: 0 },
    why: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}

/** A host's ansible_connection is none that is supported. */
export function connectionUnknown(host: string, connection: string): GatError {
  const meant = didYouMean(connection, ['ssh', 'local', 'smart', 'paramiko']);
  return new GatError({
    code: 'ssh/connection-type',
    what: `cannot reach ${host} by ansible_connection=${JSON.stringify(connection)}`,
    where: { host },
    why: 'gatdeploy connects by ssh or runs on this machine (local)',
    fix: meant ? `did you mean ${meant}?` : 'take ansible_connection out, and the host is reached by SSH',
  });
}

/** A become method other than sudo. */
export function becomeMethodUnknown(host: string, method: string): GatError {
  return new GatError({
    code: 'become/method',
    what: `cannot become another user on ${host} with ${JSON.stringify(method)}`,
    where: { host },
    why: 'sudo is the only method that is supported',
    fix: 'set ansible_become_method: sudo',
  });
}

/** A value that must not become part of a command or a look-up. */
export function unsafeValue(host: string, name: string, value: string): GatError {
  return new GatError({
    code: 'ssh/unsafe-value',
    what: `cannot use ${JSON.stringify(value)} as ${name} of ${JSON.stringify(host)}`,
    where: { host },
    why: 'it is empty, begins with "-", or holds characters that no such name can have',
    fix: unsafeAdvice(value),
  });
}

function unsafeAdvice(value: string): string {
  const [, user, address] = /^([\w-]+)@([\w.-]+)$/.exec(value) ?? [];
  return user === undefined ? 'correct it in the inventory' : `write ${address} ansible_user=${user}`;
}

/** A port that is none. */
export function badPort(host: string, value: string): GatError {
  return new GatError({
    code: 'ssh/port',
    what: `cannot use ${JSON.stringify(value)} as the SSH port of ${host}`,
    where: { host },
    why: 'a port is a whole number from 1 to 65535',
    fix: `correct ansible_port of ${host}, or take it out: SSH has 22`,
  });
}

/** A project wants a command to be run on this machine in order to connect. */
export function proxyCommandRefused(host: string, command: string): GatError {
  return new GatError({
    code: 'ssh/proxy-command',
    what: `cannot run the ProxyCommand of ${host}`,
    where: { host },
    why: `a command from a project's files is not run on this machine: ${command}`,
    fix: `use ProxyJump (-J USER@HOST) instead, or put the command into your own ~/.ssh/config:\n  Host ${host}\n    ProxyCommand …`,
  });
}

/** Jump hosts that need each other. */
export function jumpLoop(host: string): GatError {
  return new GatError({
    code: 'ssh/jump-loop',
    what: `cannot reach ${host}: its jump hosts go round in a circle`,
    where: { host },
    why: 'following ProxyJump leads back to a host that was passed already',
    fix: `look at what ssh makes of it:\n  ssh -G ${host} | grep -i proxyjump`,
  });
}

/** The remark about an option that would switch off the check of host keys. */
export function strictnessKept(host: string, option: string): string {
  return `${host}: ${option} is ignored, a host key that is not known is never trusted unseen; \`gatdeploy hosts trust\` makes it known once`;
}

/** The remark about an option that has no effect here. */
export function optionIgnored(host: string, option: string): string {
  return `${host}: the ssh option ${option} is ignored`;
}
