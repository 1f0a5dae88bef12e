/** The variables that say how Galaxy is installed and run. */
import { z } from 'zod';
import { bool, dict, listOf, raw, word } from '../types.ts';

/** A file of the project and where it goes. */
export const placed = z.object({ src: word, dest: word }).loose();

const localTool = z.union([
  word.transform((file) => ({ file, section_id: undefined, section_name: undefined })),
  z.strictObject({ file: word, section_id: word.optional(), section_name: word.optional() }),
]);

export const installVars = {
  galaxy_install_method: {
    type: z.enum(['existing', 'pypi', 'git']),
    default: 'existing',
    doc: 'How Galaxy is installed: `pypi` installs its package into `galaxy_venv_dir`, `git` checks out `galaxy_repo` into `galaxy_server_dir`; `existing` leaves its code and its units to you, writes its configuration, and reloads a Galaxy that runs. Not known to Ansible, which always does the second.',
  },
  galaxy_package_name: {
    type: word,
    default: 'galaxy',
    doc: 'What is installed for `galaxy_install_method: pypi`. Not known to Ansible.',
  },
  galaxy_package_version: {
    type: word.optional(),
    doc: 'Version of the package, such as 26.1.1. Without it the newest is taken at first, and then any installed one is right. Not known to Ansible.',
  },
  galaxy_additional_venv_packages: {
    type: listOf(word),
    default: [],
    doc: "Further Python packages in Galaxy's virtual environment.",
  },
  galaxy_pip_installer: {
    type: z.enum(['auto', 'pip', 'uv']),
    default: "{{ 'auto' if galaxy_fetch_dependencies_with_uv | default(true) | bool else 'pip' }}",
    doc: 'What installs Python packages: `pip`, `uv`, or `auto`: uv unless pip has settings of its own that uv would not know. Not known to Ansible.',
  },
  galaxy_fetch_dependencies_with_uv: {
    type: bool,
    default: true,
    doc: 'No: pip installs Python packages, not uv.',
  },
  galaxy_install_uv: {
    type: bool,
    default: true,
    doc: 'Has no effect: uv is fetched where it is used, into a folder of gatdeploy.',
  },
  galaxy_manage_errordocs: {
    type: bool,
    default: false,
    doc: 'Has no effect: the role made pages for errors of the web server, which templates of nginx name and bring themselves today.',
  },
  galaxy_virtualenv_python: {
    type: word,
    default: 'python3',
    doc: "The interpreter of Galaxy's virtual environment.",
  },
  galaxy_python_packages: {
    type: listOf(word),
    default: ['python3', 'python3-venv'],
    doc: 'Distribution packages that bring the interpreter. Not known to Ansible.',
  },
  galaxy_repo: {
    type: word.optional(),
    doc: "Where Galaxy's code is cloned from for `galaxy_install_method: git`.",
  },
  galaxy_commit_id: {
    type: word,
    default: 'master',
    doc: 'Branch, tag or commit of `galaxy_repo`. A branch may move, and Galaxy with it, at any run.',
  },
  galaxy_force_checkout: {
    type: bool,
    default: false,
    doc: "Throw away local changes of Galaxy's code; without it they stop the update.",
  },
  galaxy_manage_clone: { type: bool, default: true, doc: 'Update the clone for `galaxy_install_method: git`.' },
  galaxy_fetch_dependencies: {
    type: bool,
    default: true,
    doc: "Install Galaxy's pinned requirements for `galaxy_install_method: git`.",
  },
  galaxy_build_client: {
    type: bool,
    default: true,
    doc: 'The web client is not built: the package of `galaxy_install_method: pypi` brings it, and `galaxy_client_use_prebuilt` puts it beside a checkout.',
  },
  galaxy_manage_systemd: {
    type: bool,
    default: "{{ galaxy_install_method != 'existing' }}",
    doc: 'Run Galaxy under systemd, by units that its process manager gravity writes.',
  },
  galaxy_systemd_mode: {
    type: word,
    default: 'gravity',
    doc: 'Only gravity is supported, for Galaxy 23.0 and newer.',
  },
  galaxy_systemd_env: {
    type: listOf(word),
    default: [],
    doc: "Environment of all of Galaxy's processes, `NAME=value`.",
  },
  galaxy_systemd_memory_limit: {
    type: raw.optional(),
    raw: true,
    doc: "Accepted for old repositories; gravity's own `memory_limit` counts.",
  },
  galaxy_systemd_root: { type: bool, default: true, doc: 'Only units of the system are supported.' },
  galaxy_gravity_restart_action: {
    type: word.optional(),
    doc: 'Accepted for old repositories; restarts follow from what changed.',
  },
  galaxy_config_style: { type: word, default: 'yaml', doc: 'Only yaml is supported.' },
  galaxy_config_file: {
    type: word,
    default: '{{ galaxy_config_dir }}/galaxy.yml',
    doc: "Galaxy's main configuration file.",
  },
  galaxy_backup_configfiles: {
    type: bool,
    default: true,
    doc: 'Accepted for old repositories; `gatdeploy rollback` puts back the last version of every file.',
  },
  galaxy_manage_static_setup: {
    type: bool,
    default: true,
    doc: 'Write galaxy.yml, the other files of the configuration, local tools and rules for jobs.',
  },
  galaxy_manage_mutable_setup: {
    type: bool,
    default: true,
    doc: 'Make the files that Galaxy itself writes, where they are missing.',
  },
  galaxy_mutable_config_files: {
    type: z.array(placed),
    default: [],
    doc: 'Files of the project, `{src, dest}`, that Galaxy gets once and may change itself.',
  },
  galaxy_mutable_config_templates: {
    type: z.array(placed),
    default: [],
    doc: 'The same for templates of the project.',
  },
  galaxy_manage_database: {
    type: bool,
    default: true,
    doc: "Let Galaxy bring its database's schema up to date when its code is newer: `database_auto_migrate` in galaxy.yml.",
  },
  galaxy_local_tools: {
    type: z.array(localTool),
    default: [],
    doc: "The site's own tools: names of XML files, or `{file, section_id, section_name}`; listed in local_tool_conf.xml.",
  },
  galaxy_local_tools_src_dir: {
    type: word,
    default: 'files/galaxy/tools',
    doc: 'Where these files are in the project.',
  },
  galaxy_verify_tools: {
    type: bool,
    default: "{{ galaxy_install_method != 'existing' }}",
    doc: 'Place the tools that `gatdeploy verify --job` runs: `gatdeploy_wc` and `gatdeploy_bwa_mem`; job_conf says where they run. Not known to Ansible.',
  },
  galaxy_dynamic_job_rules: {
    type: listOf(word),
    default: [],
    doc: "Python files with the site's rules for jobs; Galaxy is restarted when one changed.",
  },
  galaxy_dynamic_job_rules_src_dir: {
    type: word,
    default: 'files/galaxy/dynamic_job_rules',
    doc: 'Where these files are in the project.',
  },
  galaxy_dynamic_job_rules_dir: {
    type: word.optional(),
    default:
      "{{ (galaxy_config_dir ~ '/rules') if galaxy_install_method == 'pypi' else (galaxy_server_dir ~ '/lib/galaxy/jobs/rules') }}",
    doc: 'Where they go; for `galaxy_install_method: pypi` links among the code of the package lead there.',
  },
  galaxy_manage_cleanup: {
    type: bool,
    default: false,
    doc: 'Remove what jobs leave behind by tmpreaper, which must be installed, from a file in /etc/cron.d.',
  },
  galaxy_tmpclean_dirs: {
    type: listOf(word),
    default: [
      '{{ galaxy_job_working_directory }}',
      "{{ ((galaxy_config | default({})).galaxy | default({})).new_file_path | default(galaxy_mutable_data_dir ~ '/tmp') }}",
    ],
    doc: 'Where it looks.',
  },
  galaxy_tmpclean_age: { type: word, default: '30d', doc: 'What has not changed for longer is removed.' },
  galaxy_tmpclean_log: {
    type: z.union([bool, word]).nullable(),
    default: true,
    doc: 'Where its output goes: yes for a mail of cron, a file, or null for nowhere.',
  },
  galaxy_tmpclean_cron_file: {
    type: word.nullable(),
    default: 'ansible_galaxy_tmpclean',
    doc: "Its file in /etc/cron.d, or null for the crontab of Galaxy's user.",
  },
  galaxy_tmpclean_time: {
    type: z.object({
      special_time: word.optional(),
      minute: word.optional(),
      hour: word.optional(),
      day: word.optional(),
      month: word.optional(),
      weekday: word.optional(),
    }),
    default: { special_time: 'daily' },
    doc: 'When it runs.',
  },
  galaxy_tmpclean_verbose: { type: bool, default: false, doc: 'One line of output for each removal.' },
  galaxy_tmpclean_tmpreaper_runtime: {
    type: word,
    default: '72000',
    doc: 'Seconds after which tmpreaper gives up.',
  },
  galaxy_tmpclean_command: {
    type: word,
    default:
      "/usr/sbin/tmpreaper --all --mtime --mtime-dir --runtime={{ galaxy_tmpclean_tmpreaper_runtime }}{{ ' -v' if galaxy_tmpclean_verbose | bool else '' }}",
    doc: 'The command, without its last arguments.',
  },
  galaxy_client_use_prebuilt: {
    type: bool,
    default: false,
    doc: 'For `galaxy_install_method: git`: take the web client from its package, `galaxy-web-client`, in `galaxy_package_version`.',
  },
  galaxy_job_config: {
    type: dict.optional(),
    raw: true,
    doc: 'The job configuration as data; it is used by way of `galaxy_config.galaxy.job_config`.',
  },
} as const;
