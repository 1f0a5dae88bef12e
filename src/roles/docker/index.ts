/** Docker from the distribution: its package, its service, and who may use it. */
import { sh } from '../../base/shell.ts';
import { toPlain } from '../../base/value.ts';
import {
  aptPackage,
  aptRepository,
  command,
  directory,
  file,
  type Resource,
  service,
} from '../../resources/index.ts';
import { defineRole, type HostContext } from '../role.ts';
import { type DockerValues, vars } from './vars.ts';

/** Distributions whose docker.io brings the command `docker`, too; later ones have a package docker-cli for it. */
const WITH_COMMAND = new Set(['buster', 'bullseye', 'bookworm', 'bionic', 'focal', 'jammy', 'noble']);

const CONFIG = '/etc/docker/daemon.json';

export const docker = defineRole({
  name: 'docker',
  aliases: ['geerlingguy.docker'],
  doc: "Installs Docker from the distribution's package, or from a source of yours, and runs it.",
  vars,

  declare(v, host) {
    const source =
      v.docker_apt_lines.length > 0
        ? [
            aptRepository('docker', {
              lines: v.docker_apt_lines,
              ...(v.docker_apt_key ? { key: v.docker_apt_key } : {}),
            }),
          ]
        : [];
    const packages = packagesOf(v, host).map((name) =>
      aptPackage(name, { latest: v.docker_upgrade, after: source }),
    );
    const config =
      v.docker_daemon_options.size === 0
        ? []
        : [
            directory('/etc/docker', { looseFor: 'root' }),
            file(CONFIG, { content: `${JSON.stringify(toPlain(v.docker_daemon_options), null, 2)}\n` }),
          ];
    const daemon = v.docker_service_manage
      ? [
          service('docker.service', {
            running: v.docker_service_state !== 'stopped',
            enabled: v.docker_service_enabled,
            loads: [...packages, ...config.slice(1)],
          }),
        ]
      : [];
    const users = v.docker_users.map((name) => member(name, packages));
    return [...source, ...packages, ...config, ...daemon, ...users];
  },

  verify: (v, host) =>
    v.docker_service_manage && v.docker_service_state !== 'stopped'
      ? [
          {
            id: 'docker/answers',
            host: host.name,
            title: 'Docker answers',
            asks: "docker version -f '{{.Server.Version}}'",
            script: sh`timeout 20 docker version -f '{{.Server.Version}}'`,
            judge({ code, stdout, stderr }) {
              const got = (stdout || stderr).trim().split('\n').at(-1) || `exit ${code}`;
              return code === 0
                ? { ok: true, got }
                : { ok: false, got, fix: `ssh ${host.name} journalctl -u docker -n 50` };
            },
            patienceMs: 20_000,
          },
        ]
      : [],
});

/** Without a source of the admin's, what the vendor calls docker-ce is docker.io. */
function packagesOf(v: DockerValues, host: HostContext): readonly string[] {
  if (v.docker_apt_lines.length > 0)
    return v.docker_packages.length > 0 ? v.docker_packages : [v.docker_package ?? 'docker-ce'];
  const usual = WITH_COMMAND.has(host.facts.codename) ? ['docker.io'] : ['docker.io', 'docker-cli'];
  const wanted = v.docker_packages.length > 0 ? v.docker_packages : [v.docker_package ?? 'docker-ce'];
  const own = wanted.flatMap((name) => (/^docker-/.test(name) || name === 'containerd.io' ? [] : [name]));
  return own.length > 0 ? own : usual;
}

function member(name: string, after: readonly Resource[]): Resource {
  return command(`${name} in group docker`, {
    unless: sh`id -nG -- ${name} | tr ' ' '\n' | grep -qx docker`,
    run: sh`usermod -a -G docker -- ${name}`,
    users: [name],
    lane: 'quick',
    after,
  });
}
