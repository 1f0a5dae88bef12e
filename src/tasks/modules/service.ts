/** service, systemd, systemd_service: units that run and start at boot; restarts that are asked for each time. */
import { type Script, sh, steps } from '../../base/shell.ts';
import { command, type Resource, service } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { runAs } from '../as-user.ts';
import type { Param } from '../params.ts';

const STATES = ['started', 'stopped', 'restarted', 'reloaded'] as const;

const COMMON = {
  name: { type: 'str', aliases: ['service', 'unit'] },
  state: { type: 'str', choices: STATES },
  enabled: { type: 'bool' },
} as const;

const IGNORED: Param = { type: 'raw', ignored: "units are always systemd's" };

/** `service` */
export const serviceModule = defineModule({
  name: 'ansible.builtin.service',
  params: {
    ...COMMON,
    use: { type: 'str', ignored: "units are always systemd's" },
    pattern: IGNORED,
    sleep: IGNORED,
    runlevel: IGNORED,
    arguments: { type: 'str', aliases: ['args'], refused: 'systemd gives a unit no arguments' },
  },
  run: (args, context) =>
    declare(unitResources(args, context), { name: args.name ?? '', ...(args.state && { state: args.state }) }),
});

/** `systemd` and `systemd_service` */
export const systemdModule = defineModule({
  name: 'ansible.builtin.systemd_service',
  params: {
    ...COMMON,
    daemon_reload: { type: 'bool', aliases: ['daemon-reload'] },
    daemon_reexec: { type: 'bool', aliases: ['daemon-reexec'], refused: 'use command: systemctl daemon-reexec' },
    masked: { type: 'bool' },
    scope: { type: 'str', choices: ['system', 'user', 'global'] },
    no_block: { type: 'bool', ignored: 'a unit counts as started when it is' },
    force: { type: 'bool', ignored: 'links of units are replaced' },
  },
  run(args, context): Action {
    if (args.scope === 'user') return declare(userUnit(args, context), { name: args.name ?? '' });
    const reload = args.daemon_reload && args.name === undefined ? [daemonReload(context)] : [];
    const mask = args.masked === undefined ? [] : [masked(unitName(args.name ?? ''), args.masked)];
    return declare([...reload, ...mask, ...unitResources(args, context)], { name: args.name ?? '' });
  },
});

type UnitArgs = {
  readonly name: string | undefined;
  readonly state: string | undefined;
  readonly enabled: boolean | undefined;
};

/** `nginx` is `nginx.service`. */
export function unitName(name: string): string {
  return /\.(?:service|socket|timer|target|mount|automount|path|slice|scope|swap|device)$/.test(name)
    ? name
    : `${name}.service`;
}

function unitResources(
  { name, state, enabled = undefined }: UnitArgs,
  { title }: ModuleContext,
): readonly Resource[] {
  if (name === undefined || (state === undefined && enabled === undefined)) return [];
  const unit = unitName(name);
  const running = state === undefined ? null : state !== 'stopped';
  const declared = service(unit, { running, enabled: enabled ?? null });
  if (state !== 'restarted' && state !== 'reloaded') return [declared];
  const verb = state === 'restarted' ? 'restart' : 'reload-or-restart';
  return [
    ...(enabled === undefined ? [] : [service(unit, { running: null, enabled })]),
    command(title, { run: steps(sh`systemctl daemon-reload`, sh`systemctl ${verb} -- ${unit}`) }),
  ];
}

/** Asked for by itself, it is done when a unit's file is newer than what systemd has loaded. */
function daemonReload({ title }: ModuleContext): Resource {
  return command(`${title}: daemon-reload`, {
    lane: 'quick',
    run: sh`systemctl daemon-reload`,
    unless: sh`! systemctl show -p NeedDaemonReload --value '*' | grep -q yes`,
  });
}

function masked(unit: string, on: boolean): Resource {
  return command(`${on ? 'mask' : 'unmask'} ${unit}`, {
    lane: 'quick',
    run: sh`systemctl ${on ? ['mask', '--now'] : ['unmask']} -- ${unit}`,
    unless: sh`test "$(systemctl is-enabled -- ${unit} 2>/dev/null)" ${on ? '=' : '!='} masked`,
  });
}

/** A unit of the user's own manager, which must linger. */
function userUnit({ name, state, enabled }: UnitArgs, context: ModuleContext): readonly Resource[] {
  if (name === undefined) return [];
  const unit = unitName(name);
  const as = (script: Script): Script =>
    runAs(sh`XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR\n${script}`, {
      user: context.user,
      environment: [],
    });
  const verb = VERBS[state ?? ''];
  const run = steps(
    sh`systemctl --user daemon-reload`,
    enabled !== undefined && sh`systemctl --user ${enabled ? 'enable' : 'disable'} -- ${unit}`,
    verb !== undefined && sh`systemctl --user ${verb} -- ${unit}`,
  );
  const isAlways = state === 'restarted' || state === 'reloaded';
  const done = steps(
    enabled !== undefined && sh`${not(!enabled)}systemctl --user is-enabled -q -- ${unit} || exit 1`,
    state !== undefined && sh`${not(state === 'stopped')}systemctl --user is-active -q -- ${unit} || exit 1`,
  );
  return [command(context.title, { run: as(run), ...(isAlways ? {} : { unless: as(done) }) })];
}

const VERBS: Readonly<Record<string, string>> = {
  started: 'start',
  stopped: 'stop',
  restarted: 'restart',
  reloaded: 'reload-or-restart',
};

function not(negated: boolean): Script {
  return negated ? sh`! ` : sh``;
}
