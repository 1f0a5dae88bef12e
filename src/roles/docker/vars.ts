/** The variables of geerlingguy.docker that mean something with the distribution's own package. */

import { z } from 'zod';
import type { RoleValues } from '../role.ts';
import { bool, dict, listOf, word } from '../types.ts';

const ignored = (doc: string) => ({ type: z.unknown(), doc });

export const vars = {
  docker_package: {
    type: word.optional(),
    doc: "The package; default the distribution's `docker.io`. `docker-ce` needs a source that has it.",
  },
  docker_packages: {
    type: listOf(word),
    default: [],
    doc: "Packages instead of `docker_package`; the vendor's names become the distribution's where there is no source of yours.",
  },
  docker_packages_state: ignored(
    'Accepted for old repositories; packages are there, and `docker_upgrade` upgrades them.',
  ),
  docker_edition: {
    type: word,
    default: 'ce',
    doc: "Accepted for old repositories; the distribution's package counts.",
  },
  docker_upgrade: {
    type: bool,
    default: false,
    doc: 'Upgrade the package when there is a newer one. Not known to Ansible.',
  },
  docker_apt_lines: {
    type: listOf(word),
    default: [],
    doc: "Lines of sources.list for the vendor's packages. Not known to Ansible, whose role has its source built in.",
  },
  docker_apt_key: {
    type: word.optional(),
    doc: 'The armoured public key that signs that source. Not known to Ansible.',
  },
  docker_service_manage: { type: bool, default: true, doc: 'Manage the service.' },
  docker_service_state: {
    type: z.enum(['started', 'stopped', 'restarted']),
    default: 'started',
    doc: 'Whether it runs.',
  },
  docker_service_enabled: { type: bool, default: true, doc: 'Start it at boot.' },
  docker_users: {
    type: listOf(word),
    default: [],
    doc: 'Users who may use Docker; they are as powerful as root then.',
  },
  docker_daemon_options: {
    type: dict,
    default: {},
    raw: true,
    doc: 'Options of /etc/docker/daemon.json; the file is left alone without any.',
  },
  docker_install_compose_plugin: ignored('Has no effect: the distribution has its own package docker-compose.'),
  docker_install_compose: ignored('Has no effect: the distribution has its own package docker-compose.'),
} as const;

export type DockerValues = RoleValues<typeof vars>;
