/** How to reach each host of a run, from its variables, ansible.cfg and the user's ssh_config. */
import { type GatError, throwProblems, withPlace } from '../base/errors.ts';
import type { Position } from '../base/position.ts';
import { type Plain, toPlain } from '../base/value.ts';
import type { Play } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { hostScope } from '../project/scope.ts';
import type { HostScope } from '../project/vars/host-scope.ts';
import { createTemplar } from '../render/templar.ts';
import { collectErrors } from '../stack/collect.ts';
import type { StackPlay } from '../stack/stack.ts';
import { loadSshConfig } from '../transport/target/ssh-config.ts';
import type { Target } from '../transport/target/target.ts';
import { targetFor } from '../transport/target/target-for.ts';

/** Finds the targets of all hosts. @throws GatError or Problems for connection variables that can't work */
export function findTargets(
  project: Project,
  plays: readonly Pick<StackPlay, 'play' | 'hosts'>[],
  hosts: readonly string[],
): readonly Target[] {
  const sshConfig = loadSshConfig({ directory: project.root, openedWith: project.openedWith });
  const problems: GatError[] = [];
  const targets = hosts.flatMap((host) => {
    const play = plays.find((one) => one.hosts.includes(host))?.play;
    const scope = hostScope(project, host, play ? { play } : {});
    const target = () => targetFor(host, connectionVars(project, scope, play), sshConfig);
    const declaredAt = addressOf(scope) ?? project.inventory.host(host)?.position;
    const own: GatError[] = [];
    const found = collectErrors(own, () => [{ ...target(), declaredAt }]) ?? [];
    problems.push(...own.map((error) => withPlace(error, declaredAt)));
    return found;
  });
  throwProblems(problems);
  return targets;
}

/** Where the project says at which address a host is. */
function addressOf(scope: HostScope): Position | undefined {
  return ['ansible_host', 'ansible_port'].flatMap((name) => scope.definitions(name))[0]?.position;
}

/** The host's `ansible_*` variables over the defaults of ansible.cfg and the play. */
function connectionVars(
  project: Project,
  scope: HostScope,
  play: Play | undefined,
): Readonly<Record<string, Plain>> {
  const templar = createTemplar({ scope });
  const vars: Record<string, Plain> = { ...defaults(project) };
  const remoteUser = play?.keywords.get('remote_user');
  const user = remoteUser && templar.evaluate(remoteUser);
  if (user !== undefined) vars.ansible_user = toPlain(user);
  for (const name of scope.userNames()) {
    if (!/^ansible_(?:connection|host|port|user|password|private_key_file|become|ssh_|sudo)/.test(name)) continue;
    const value = templar.variable(name);
    if (value !== undefined) vars[name] = toPlain(value);
  }
  return vars;
}

function defaults({ config }: Project): Readonly<Record<string, Plain>> {
  const entries: readonly (readonly [string, Plain | undefined])[] = [
    ['ansible_user', config.remoteUser],
    ['ansible_port', config.remotePort],
    ['ansible_ssh_private_key_file', config.privateKeyFile],
    ['ansible_ssh_args', config.sshArgs],
    ['ansible_ssh_common_args', config.sshCommonArgs || undefined],
    ['ansible_ssh_extra_args', config.sshExtraArgs || undefined],
  ];
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
