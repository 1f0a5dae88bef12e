/** From a host's variables and ssh_config to its target: the same host, user, port and keys that Ansible would use. */
import { Secret } from '../../base/secret.ts';
import type { Plain } from '../../base/value.ts';
import type { Become } from '../connection.ts';
import { isUserName } from '../names.ts';
import { becomeMethodUnknown, connectionUnknown, strictnessKept, unsafeValue } from './errors.ts';
import { parseSshArgs } from './ssh-args.ts';
import type { SshConfig } from './ssh-config.ts';
import { type LoginRequest, sshTarget } from './ssh-target.ts';
import type { Target } from './target.ts';

/** A host's variables, finished: no templates any more. */
export type HostVars = Readonly<Record<string, Plain>>;

/** Finds out how to reach a host. @throws GatError ssh/connection-type, ssh/unsafe-value, ssh/proxy-command … */
export function targetFor(name: string, vars: HostVars, sshConfig: SshConfig): Target {
  const connection = textOf(vars, 'ansible_connection') ?? 'smart';
  const becoming = becomeOf(name, vars);
  if (/^(ansible\.builtin\.)?local$/.test(connection)) return { kind: 'local', name, warnings: [], ...becoming };
  if (!/^((ansible\.builtin\.)?ssh|smart|paramiko(_ssh)?)$/.test(connection)) {
    throw connectionUnknown(name, connection);
  }
  const target = sshTarget(requestOf(name, vars), sshConfig);
  return { ...target, ...becoming, warnings: [...strictness(name, vars), ...target.warnings] };
}

function requestOf(name: string, vars: HostVars): LoginRequest {
  const args = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];
  return {
    name,
    alias: textOf(vars, 'ansible_host', 'ansible_ssh_host') ?? name,
    user: textOf(vars, 'ansible_user', 'ansible_ssh_user'),
    port: textOf(vars, 'ansible_port', 'ansible_ssh_port'),
    keyFile: textOf(vars, 'ansible_ssh_private_key_file', 'ansible_private_key_file'),
    password: secretOf(vars, 'ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'),
    args: parseSshArgs(args.flatMap((variable) => textOf(vars, variable) ?? [])),
    passed: [],
  };
}

function becomeOf(name: string, vars: HostVars): { become?: Become; becomePassword?: Secret } {
  const method = textOf(vars, 'ansible_become_method') ?? 'sudo';
  if (!/^(ansible\.builtin\.)?sudo$/.test(method)) throw becomeMethodUnknown(name, method);
  const user = textOf(vars, 'ansible_become_user') ?? 'root';
  if (!isUserName(user)) throw unsafeValue(name, 'ansible_become_user', user);
  const becomePassword = secretOf(
    vars,
    'ansible_become_password',
    'ansible_become_pass',
    'ansible_sudo_password',
    'ansible_sudo_pass',
  );
  const password = becomePassword ? { password: becomePassword } : {};
  return {
    ...(isYes(vars.ansible_become ?? vars.ansible_sudo) ? { become: { user, method: 'sudo', ...password } } : {}),
    ...(becomePassword ? { becomePassword } : {}),
  };
}

function strictness(name: string, vars: HostVars): string[] {
  const names = ['ansible_host_key_checking', 'ansible_ssh_host_key_checking'];
  const off = names.filter((variable) => vars[variable] !== undefined && !isYes(vars[variable]));
  return off.map((variable) => strictnessKept(name, `${variable}: false`));
}

function isYes(value: Plain | undefined): boolean {
  return value === true || (value !== undefined && /^(yes|true|on|1|y|t)$/i.test(String(value)));
}

/** The first of the variables that is set, as text; a secret too, since a host sees its own user's name anyway. */
function textOf(vars: HostVars, ...names: string[]): string | undefined {
  const value = names.map((name) => vars[name]).find((candidate) => candidate !== undefined && candidate !== null);
  if (value === undefined || value === null) return undefined;
  return value instanceof Secret ? value.reveal() : String(value);
}

function secretOf(vars: HostVars, ...names: string[]): Secret | undefined {
  const text = textOf(vars, ...names);
  return text === undefined || text === '' ? undefined : new Secret(text);
}
