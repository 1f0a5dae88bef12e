/** The broker's packages: the distribution's, or pinned ones of a repository. */
import { osUser } from '../../base/capability.ts';
import { aptPackage, aptRepository, file, type Resource } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { containerUnsupported, noRepository } from './errors.ts';
import type { RabbitmqValues } from './vars.ts';

export const UNIT = 'rabbitmq-server.service';

/** What keeps apt to the versions of the variables. */
const PINS = '/etc/apt/preferences.d/gatdeploy-rabbitmq';

/**
 * Declares the package, which must not start the broker before its configuration is there.
 * @throws GatError rabbitmq/container, rabbitmq/no-repository
 */
export function declarePackage(
  v: RabbitmqValues,
  host: HostContext,
  after: readonly Resource[],
): readonly Resource[] {
  if (v.rabbitmq_install_method === 'container') throw containerUnsupported(host);
  const isRepository = v.rabbitmq_install_method === 'repository';
  const sources = isRepository ? declareRepository(v, host) : [file(PINS, { absent: true })];
  const server = aptPackage('rabbitmq-server', {
    holdUnits: [UNIT],
    after: [...sources, ...after],
    provides: [osUser(host.name, 'rabbitmq')],
    ...(isRepository && v.rabbitmq_version !== undefined ? { version: v.rabbitmq_version } : {}),
  });
  return [...sources, server, aptPackage('openssl', {})];
}

/** The pins keep an upgrade of the whole host from pulling the pair apart. See apt_preferences(5). */
function declareRepository(v: RabbitmqValues, host: HostContext): readonly Resource[] {
  if (v.rabbitmq_apt_repository.length === 0) throw noRepository(host);
  const { rabbitmq_version: version, rabbitmq_erlang_version: erlang } = v;
  const pins = [
    ...(version === undefined ? [] : [pin('rabbitmq-server', version)]),
    ...(erlang === undefined ? [] : [pin('erlang erlang-*', erlang)]),
  ];
  const repository = aptRepository('rabbitmq', {
    lines: v.rabbitmq_apt_repository,
    ...(v.rabbitmq_apt_key === undefined ? {} : { key: v.rabbitmq_apt_key }),
  });
  return [
    repository,
    pins.length === 0
      ? file(PINS, { absent: true })
      : file(PINS, { content: `# Made by gatdeploy.\n${pins.join('\n')}` }),
  ];
}

function pin(packages: string, version: string): string {
  return `Package: ${packages}\nPin: version ${version}\nPin-Priority: 1001\n`;
}
