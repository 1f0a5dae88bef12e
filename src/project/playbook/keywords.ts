/** The words that a play, a role entry, a block and a task may hold. See Ansible's "Playbook Keywords". */

const EVERYWHERE = [
  'any_errors_fatal',
  'become',
  'become_exe',
  'become_flags',
  'become_method',
  'become_user',
  'check_mode',
  'collections',
  'connection',
  'debugger',
  'diff',
  'environment',
  'ignore_errors',
  'ignore_unreachable',
  'module_defaults',
  'name',
  'no_log',
  'port',
  'remote_user',
  'run_once',
  'tags',
  'throttle',
  'timeout',
  'vars',
];

/** Words of a play. */
export const PLAY_KEYWORDS: ReadonlySet<string> = new Set([
  ...EVERYWHERE,
  'fact_path',
  'force_handlers',
  'gather_facts',
  'gather_subset',
  'gather_timeout',
  'handlers',
  'hosts',
  'max_fail_percentage',
  'order',
  'post_tasks',
  'pre_tasks',
  'roles',
  'serial',
  'strategy',
  'tasks',
  'user',
  'validate_argspec',
  'vars_files',
  'vars_prompt',
]);

/** Words of an entry that brings in another playbook. */
export const IMPORT_PLAYBOOK_KEYWORDS: ReadonlySet<string> = new Set([
  ...EVERYWHERE,
  'import_playbook',
  'ansible.builtin.import_playbook',
  'ansible.legacy.import_playbook',
  'when',
]);

/** Words of an entry of `roles`; all others are parameters of the role. */
export const ROLE_KEYWORDS: ReadonlySet<string> = new Set([
  ...EVERYWHERE,
  'delegate_facts',
  'delegate_to',
  'role',
  'when',
]);

/** Words of a block. */
export const BLOCK_KEYWORDS: ReadonlySet<string> = new Set([
  ...EVERYWHERE,
  'always',
  'block',
  'delegate_facts',
  'delegate_to',
  'listen',
  'notify',
  'rescue',
  'when',
]);

/** Words of a task; the one word that is left names the module. */
export const TASK_KEYWORDS: ReadonlySet<string> = new Set([
  ...EVERYWHERE,
  'action',
  'args',
  'async',
  'changed_when',
  'delay',
  'delegate_facts',
  'delegate_to',
  'failed_when',
  'listen',
  'local_action',
  'loop',
  'loop_control',
  'notify',
  'poll',
  'register',
  'retries',
  'until',
  'when',
]);

/** Modules whose text is a command, not `key=value` pairs. */
export const FREE_FORM_MODULES: ReadonlySet<string> = new Set([
  'command',
  'expect',
  'import_role',
  'import_tasks',
  'include',
  'include_role',
  'include_tasks',
  'include_vars',
  'meta',
  'raw',
  'script',
  'shell',
  'win_command',
  'win_shell',
]);
