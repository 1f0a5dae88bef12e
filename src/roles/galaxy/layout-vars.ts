/** Where Galaxy's things are, by `galaxy_layout`. Templates of other roles use these names, so they are variables like any other. */
import { word } from '../types.ts';

/** What a directory is in each layout, as Jinja expressions. */
type Places = {
  readonly rootDir: string;
  readonly opt: string;
  readonly legacy: string;
  /** Default: as in `legacy`. */
  readonly improved?: string;
  /** Default: as in `legacy`. */
  readonly custom?: string;
};

const data = (rest: string): string => `galaxy_mutable_data_dir ~ '${rest}'`;
const server = (rest: string): string => `galaxy_server_dir ~ '${rest}'`;
const root = (rest: string): string => `galaxy_root ~ '${rest}'`;

/** One expression that picks by layout; Jinja evaluates just the branch that is taken. */
function byLayout({ rootDir, opt, legacy, improved = legacy, custom = legacy }: Places): string {
  return `{{ (${rootDir}) if galaxy_layout == 'root-dir' else (${opt}) if galaxy_layout == 'opt' else (${improved}) if galaxy_layout == 'legacy-improved' else (${custom}) if galaxy_layout == 'custom' else (${legacy}) }}`;
}

/** The same option in Galaxy's own configuration wins over the layout. */
function configured(key: string, otherwise: string): string {
  return `{{ ((galaxy_config | default({})).galaxy | default({})).${key} | default(${otherwise}) }}`;
}

export const layoutVars = {
  galaxy_layout: {
    type: word,
    default: 'legacy',
    doc: 'Where things are: `root-dir` (all below galaxy_root), `opt`, `legacy`, `legacy-improved` or `custom`.',
  },
  galaxy_root: { type: word.optional(), doc: 'The directory of the layout `root-dir`, such as /srv/galaxy.' },
  galaxy_server_dir: {
    type: word.optional(),
    default:
      "{{ (galaxy_root ~ '/server') if galaxy_layout == 'root-dir' else '/opt/galaxy' if galaxy_layout == 'opt' else undef(hint='set galaxy_server_dir, or galaxy_layout: root-dir with galaxy_root') }}",
    doc: "Galaxy's code.",
  },
  galaxy_venv_dir: {
    type: word.optional(),
    default: byLayout({ rootDir: root('/venv'), opt: "'/var/opt/galaxy/venv'", legacy: server('/.venv') }),
    doc: "Galaxy's virtual environment.",
  },
  galaxy_config_dir: {
    type: word.optional(),
    default: byLayout({
      rootDir: root('/config'),
      opt: "'/etc/opt/galaxy'",
      legacy: 'galaxy_server_dir',
      improved: server('/config'),
      custom: server('/config'),
    }),
    doc: "Galaxy's configuration, which only administrators change.",
  },
  galaxy_mutable_data_dir: {
    type: word.optional(),
    default: byLayout({ rootDir: root('/var'), opt: "'/var/opt/galaxy/data'", legacy: server('/database') }),
    doc: 'What Galaxy itself writes.',
  },
  galaxy_mutable_config_dir: {
    type: word.optional(),
    default: byLayout({
      rootDir: data('/config'),
      opt: data('/config'),
      legacy: 'galaxy_server_dir',
      improved: server('/config'),
      custom: data('/config'),
    }),
    doc: 'Configuration that Galaxy itself writes, and its socket.',
  },
  galaxy_cache_dir: {
    type: word.optional(),
    default: byLayout({
      rootDir: data('/cache'),
      opt: data('/cache'),
      legacy: 'galaxy_mutable_data_dir',
      custom: data('/cache'),
    }),
    doc: "Galaxy's caches.",
  },
  galaxy_shed_tools_dir: {
    type: word.optional(),
    default: byLayout({
      rootDir: data('/shed_tools'),
      opt: data('/shed_tools'),
      legacy: server('/../shed_tools'),
      improved: data('/shed_tools'),
      custom: data('/shed_tools'),
    }),
    doc: 'Tools from the Tool Shed.',
  },
  galaxy_local_tools_dir: {
    type: word.nullish(),
    default:
      "{{ (galaxy_root ~ '/local_tools') if galaxy_layout == 'root-dir' else '/var/opt/galaxy/local_tools' if galaxy_layout == 'opt' else none }}",
    doc: "The site's own tools.",
  },
  galaxy_tool_data_path: {
    type: word.optional(),
    default: configured('tool_data_path', data('/tool_data')),
    doc: 'Reference data of tools.',
  },
  galaxy_tool_dependency_dir: {
    type: word.optional(),
    default: configured('tool_dependency_dir', data('/dependencies')),
    doc: "Dependencies of tools; conda's prefix is `_conda` below it.",
  },
  galaxy_file_path: {
    type: word.optional(),
    default: configured(
      'file_path',
      "(galaxy_root ~ '/datasets') if galaxy_layout == 'root-dir' else '/srv/galaxy/datasets' if galaxy_layout == 'opt' else (galaxy_mutable_data_dir ~ '/datasets')",
    ),
    doc: 'Datasets.',
  },
  galaxy_job_working_directory: {
    type: word.optional(),
    default: configured(
      'job_working_directory',
      "(galaxy_root ~ '/jobs') if galaxy_layout == 'root-dir' else (galaxy_mutable_data_dir ~ '/jobs')",
    ),
    doc: "Jobs' directories.",
  },
  galaxy_log_dir: { type: word.optional(), default: '{{ galaxy_mutable_data_dir }}/log', doc: 'Log files.' },
  galaxy_gravity_state_dir: {
    type: word.optional(),
    default: '{{ galaxy_mutable_data_dir }}/gravity',
    doc: "What Galaxy's process manager remembers.",
  },
} as const;
