/** What works with the broker's variables, but not as their author thinks. */
import { reveal } from '../../base/secret.ts';
import { mismatch } from '../../resources/rabbitmq/erlang-pairing.ts';
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import type { RabbitmqValues } from './vars.ts';

/** All advice on the broker's variables. */
export function rabbitmqAdvice(v: RabbitmqValues, host: HostContext): readonly Advice[] {
  return [...container(v, host), ...version(v, host), ...pairing(v, host), ...weakPasswords(v, host)];
}

function container(v: RabbitmqValues, host: HostContext): readonly Advice[] {
  if (v.rabbitmq_container === undefined) return [];
  return [
    {
      code: 'rabbitmq/container',
      variable: 'rabbitmq_container',
      position: host.positionOf('rabbitmq_container'),
      text: `the broker of ${host.name} is installed as a package and runs without a container`,
      fix: `on a host where the container runs, stop it first, for it holds the same ports: docker rm -f ${v.rabbitmq_container.name ?? 'rabbit_hole'}`,
    },
  ];
}

function version(v: RabbitmqValues, host: HostContext): readonly Advice[] {
  if (v.rabbitmq_version === undefined || v.rabbitmq_install_method === 'repository') return [];
  return [
    {
      code: 'rabbitmq/version',
      variable: 'rabbitmq_version',
      position: host.positionOf('rabbitmq_version'),
      text: `rabbitmq_version ${v.rabbitmq_version} is not used: the distribution's broker is installed, with the Erlang that fits it`,
      fix: 'for that version set rabbitmq_install_method to repository, and rabbitmq_apt_repository',
    },
  ];
}

/** Why two versions that are both named do not go together; undefined where they do, or where apt decides. */
export function wrongPair(v: {
  readonly rabbitmq_version?: string | undefined;
  readonly rabbitmq_erlang_version?: string | undefined;
  readonly rabbitmq_install_method: string;
}): string | undefined {
  const { rabbitmq_version: rabbitmq, rabbitmq_erlang_version: erlang, rabbitmq_install_method: method } = v;
  const areNamed = method === 'repository' && rabbitmq !== undefined && erlang !== undefined;
  return areNamed ? mismatch(rabbitmq, erlang) : undefined;
}

function pairing(v: RabbitmqValues, host: HostContext): readonly Advice[] {
  const wrong = wrongPair(v);
  if (wrong === undefined) return [];
  return [
    {
      code: 'rabbitmq/erlang',
      variable: 'rabbitmq_erlang_version',
      position: host.positionOf('rabbitmq_erlang_version'),
      text: wrong,
      fix: 'set rabbitmq_version and rabbitmq_erlang_version to two that go together',
    },
  ];
}

const WEAK = new Set(['admin', 'guest', 'mqadmin', 'mqadminpassword', 'password', 'user', 'userpassword']);

function weakPasswords(v: RabbitmqValues, host: HostContext): readonly Advice[] {
  return v.rabbitmq_users
    .filter((one) => WEAK.has(reveal(one.password)) || reveal(one.password) === one.user)
    .map((one) => ({
      code: 'rabbitmq/weak-password',
      variable: 'rabbitmq_users',
      position: host.positionOf('rabbitmq_users'),
      text: `the password of the broker's user ${one.user} is one that everybody tries first`,
      fix: 'take a long random one, and keep it in the vault',
    }));
}
