/** The variables of galaxyproject.pulsar, under the names and with the defaults that its users know. */
import { z } from 'zod';
import { account, groupAccount } from '../account.ts';
import { sitesVar } from '../pulsar-sites.ts';
import type { RoleValues } from '../role.ts';
import { bool, dict, int, listOf, raw, word } from '../types.ts';
import { serviceVars } from './service-vars.ts';

export const vars = {
  pulsar_server_dir: { type: word.optional(), doc: 'Old name of `pulsar_root`.' },
  pulsar_root: {
    type: word,
    default: '{{ pulsar_server_dir }}',
    doc: 'The directory below which Pulsar lives: virtual environment, configuration, files. Required.',
  },
  pulsar_venv_dir: { type: word, default: '{{ pulsar_root }}/venv', doc: 'The virtual environment.' },
  pulsar_config_dir: {
    type: word,
    default: '{{ pulsar_root }}/config',
    doc: 'Where app.yml, server.ini, local_env.sh and the job metrics file are.',
  },
  pulsar_dependencies_dir: {
    type: word,
    default: '{{ pulsar_root }}/deps',
    doc: "Dependencies of tools; conda's prefix is `_conda` below it. The value of `tool_dependency_dir`.",
  },
  pulsar_persistence_dir: {
    type: word,
    default: '{{ pulsar_root }}/files/persisted_data',
    doc: 'What Pulsar remembers across restarts. The value of `persistence_directory`.',
  },
  pulsar_staging_dir: {
    type: word,
    default: '{{ pulsar_root }}/files/staging',
    doc: "Jobs' directories. The value of `staging_directory`; must be `jobs_directory` of the destination in Galaxy.",
  },
  pulsar_dirs: {
    type: listOf(word),
    default: ['{{ pulsar_dependencies_dir }}', '{{ pulsar_persistence_dir }}', '{{ pulsar_staging_dir }}'],
    doc: "Directories that belong to Pulsar's user.",
  },
  pulsar_privsep_dirs: {
    type: listOf(word),
    default: ['{{ pulsar_config_dir }}'],
    doc: 'Directories that belong to `pulsar_privsep_user`.',
  },
  pulsar_package_name: {
    type: word,
    default: 'pulsar-app',
    doc: 'What pip installs: a name, a name with extras (`pulsar-app[web]`), or a URL such as `git+https://…`.',
  },
  pulsar_package_version: {
    type: word.optional(),
    doc: 'Version of the package. Without it the newest is taken at first, and then any installed one is right.',
  },
  pulsar_optional_dependencies: {
    type: listOf(word),
    default: [],
    doc: 'Further packages for pip: kombu for message queues, requests-toolbelt or pycurl for transfers, drmaa for clusters, psutil.',
  },
  pulsar_pycurl_ssl_library: {
    type: z.enum(['openssl', 'gnutls', 'nss']),
    default: "{{ 'gnutls' if ansible_os_family | default('Debian') == 'Debian' else 'openssl' }}",
    doc: "The TLS library that pycurl is compiled for where it is compiled; must be libcurl's.",
  },
  pulsar_pip_installer: {
    type: z.enum(['auto', 'pip', 'uv']),
    default: 'auto',
    doc: 'What installs the packages: `pip`, `uv`, which needs seconds where pip needs a minute, or `auto`: uv, unless pip has settings of its own or `pip_extra_args`, which uv may not know. Not known to Ansible.',
  },
  pip_extra_args: {
    type: word,
    default: '',
    doc: "Further words for the installer's command line, as a shell would split them.",
  },
  pulsar_virtualenv_python: { type: word, default: 'python3', doc: 'The interpreter of the virtual environment.' },
  pulsar_python_packages: {
    type: listOf(word),
    default: ['python3', 'python3-venv'],
    doc: 'Distribution packages that bring the interpreter. Not known to Ansible, which expects them on the host.',
  },
  pulsar_yaml_config: {
    type: dict,
    default: {},
    raw: true,
    doc: "Pulsar's own options, written to app.yml over the defaults; a key at the top replaces the whole default below it.",
  },
  pulsar_yaml_config_default: {
    type: dict,
    default: {
      tool_dependency_dir: '{{ pulsar_dependencies_dir }}',
      persistence_directory: '{{ pulsar_persistence_dir }}',
      staging_directory: '{{ pulsar_staging_dir }}',
      job_metrics_config_file: "job_metrics_conf.{{ 'yml' if pulsar_job_metrics_plugins is defined else 'xml' }}",
    },
    raw: true,
    doc: 'What app.yml says where `pulsar_yaml_config` does not.',
  },
  pulsar_yaml_config_merged: {
    type: dict,
    default: '{{ pulsar_yaml_config_default | combine(pulsar_yaml_config) }}',
    raw: true,
    doc: 'What is written to app.yml: the defaults and `pulsar_yaml_config` in one.',
  },
  pulsar_sites: sitesVar,
  pulsar_site: {
    type: word.optional(),
    doc: 'Which of `pulsar_sites` this Pulsar is: its message queue is taken from there unless `pulsar_yaml_config` names one. Not known to Ansible.',
  },
  pulsar_job_metrics_plugins: {
    type: raw.optional(),
    raw: true,
    doc: 'Job metrics plugins, `[{type: core}]`; the file is left alone without it.',
  },
  pulsar_user: {
    type: account.optional(),
    doc: 'Who Pulsar runs as: a name or `{name, uid, home, shell, …}`; default the login user.',
  },
  pulsar_create_user: { type: bool, default: false, doc: 'Create that user, as a system account with a home.' },
  pulsar_group: {
    type: groupAccount.optional(),
    doc: "A group shared by Pulsar's and the privilege-separated user, made with them; directories are closed to others then. Without it a user has the group that it has on the host, or one of its own name.",
  },
  pulsar_privsep_user: {
    type: account,
    default: 'root',
    doc: 'Who owns code and configuration, so that jobs cannot change them.',
  },
  pulsar_separate_privileges: {
    type: bool,
    default: false,
    doc: 'Accepted for old repositories; code and configuration belong to `pulsar_privsep_user` either way.',
  },
  pulsar_create_privsep_user: {
    type: bool,
    default: '{{ pulsar_create_user }}',
    doc: 'Create `pulsar_privsep_user`; has no effect for root.',
  },
  galaxy_server_dir: {
    type: word.optional(),
    doc: "Galaxy's code on this host, if it is there: becomes GALAXY_HOME in local_env.sh.",
  },
  galaxy_server_hostname: {
    type: word.optional(),
    doc: "The name by which Pulsar's hosts reach Galaxy, a custom of the training repositories; used for checks.",
  },
  pulsar_drmaa_library_path: { type: word.optional(), doc: 'DRMAA_LIBRARY_PATH in local_env.sh and in the unit.' },
  pulsar_staging_max_age_days: {
    type: int.optional(),
    doc: 'Days after which directories of jobs that ended, or were lost, are removed, once a day; without it nothing is. With a message queue nobody else removes them. Not known to Ansible.',
  },
  pulsar_pip_install: { type: raw.optional(), raw: true, doc: 'No effect since 1.0.0: pip is the only way.' },
  pulsar_virtualenv_command: {
    type: word.optional(),
    doc: 'Accepted for old repositories; the interpreter makes the environment itself.',
  },
  pip_virtualenv_command: { type: raw.optional(), raw: true, doc: 'The same.' },
  pulsar_become_users: {
    type: raw.optional(),
    raw: true,
    doc: 'Accepted for old repositories; gatdeploy works as root and gives each file to whom it belongs.',
  },
  pulsar_remote_users: { type: raw.optional(), raw: true, doc: 'The same; there is one login for all.' },
  ...serviceVars,
  pulsar_amqp_verify: {
    type: z.enum(['full', 'as-written']),
    default: 'full',
    doc: "How the broker's certificate is checked where the URL says `?ssl=1` and no amqp_connect_ssl_* is set: `full` checks chain and name; `as-written` leaves it to kombu (the chain; nothing at all with amqp 5.0.2). Not known to Ansible.",
  },
  pulsar_ca_certificates: {
    type: word,
    default: '/etc/ssl/certs/ca-certificates.crt',
    doc: "The authorities that may have signed the broker's certificate; default those of the system. Not known to Ansible.",
  },
  pulsar_app_config_mode: {
    type: word,
    default: '0640',
    doc: "Mode of app.yml, which holds the queue's password; its group is Pulsar's. Not known to Ansible.",
  },
} as const;

export type PulsarValues = RoleValues<typeof vars>;
