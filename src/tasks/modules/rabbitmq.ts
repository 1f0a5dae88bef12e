/** rabbitmq_vhost, rabbitmq_user, rabbitmq_plugin, rabbitmq_policy: what a broker holds. See rabbitmqctl(8). */
import { reveal } from '../../base/secret.ts';
import { sh } from '../../base/shell.ts';
import { isDict, isList, type Value } from '../../base/value.ts';
import { command, rabbitmqPolicy, rabbitmqUser, rabbitmqVhost } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter } from '../errors.ts';
import { textOfScalar } from '../params.ts';
import { given } from './common.ts';

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;
const NODE = { type: 'raw', ignored: "it is always the host's own broker" } as const;

/** `rabbitmq_vhost` */
export const rabbitmqVhostModule = defineModule({
  name: 'community.rabbitmq.rabbitmq_vhost',
  params: {
    name: { type: 'str', aliases: ['vhost'], required: true },
    tracing: { type: 'bool' },
    node: NODE,
    state: STATE,
  },
  run({ name = '', tracing, state }): Action {
    if (state === 'absent') return declare([rabbitmqVhost(name, { absent: true })]);
    return declare([rabbitmqVhost(name, given({ tracing }))], { name });
  },
});

/** `rabbitmq_user` */
export const rabbitmqUserModule = defineModule({
  name: 'community.rabbitmq.rabbitmq_user',
  params: {
    user: { type: 'str', aliases: ['username', 'name'], required: true },
    password: { type: 'text' },
    tags: { type: 'list' },
    permissions: { type: 'raw' },
    vhost: { type: 'str' },
    configure_priv: { type: 'str' },
    read_priv: { type: 'str' },
    write_priv: { type: 'str' },
    update_password: { type: 'str', choices: ['on_create', 'always'] },
    force: { type: 'raw', ignored: 'a user is changed in place' },
    login_host: { type: 'raw', ignored: "it is always the host's own broker" },
    topic_permissions: { type: 'raw', refused: 'write them as rabbitmq_users of the role' },
    node: NODE,
    state: STATE,
  },
  run(args, context): Action {
    const { user = '', password, tags } = args;
    if (args.state === 'absent') return declare([rabbitmqUser(user, { absent: true })], { user });
    const {
      vhost = '/',
      configure_priv: configure = '^$',
      read_priv: read = '^$',
      write_priv: write = '^$',
    } = args;
    const permissions =
      args.permissions === undefined || (isList(args.permissions) && args.permissions.length === 0)
        ? { [vhost]: { configure, read, write } }
        : permissionsOf(args.permissions, context);
    return declare([rabbitmqUser(user, { ...given({ password, tags }), permissions })], { user });
  },
});

function permissionsOf(value: Value, { position }: ModuleContext) {
  if (!isList(value))
    throw badParameter(position, 'rabbitmq_user', 'permissions', 'it must be a list of mappings');
  return Object.fromEntries(
    value.map((one) => {
      if (!isDict(one))
        throw badParameter(position, 'rabbitmq_user', 'permissions', 'each entry must be a mapping');
      const word = (name: string, otherwise: string): string => {
        const found = one.get(name);
        return found === undefined || isList(found) || isDict(found) ? otherwise : reveal(textOfScalar(found));
      };
      const [configure, read, write] = ['configure_priv', 'read_priv', 'write_priv'].map((name) =>
        word(name, '^$'),
      );
      return [word('vhost', '/'), { configure: configure ?? '', read: read ?? '', write: write ?? '' }];
    }),
  );
}

/** `rabbitmq_policy` */
export const rabbitmqPolicyModule = defineModule({
  name: 'community.rabbitmq.rabbitmq_policy',
  params: {
    name: { type: 'str', required: true },
    vhost: { type: 'str' },
    pattern: { type: 'str' },
    apply_to: {
      type: 'str',
      choices: ['all', 'exchanges', 'queues', 'classic_queues', 'quorum_queues', 'streams'],
    },
    tags: { type: 'dict' },
    priority: { type: 'int' },
    node: NODE,
    state: STATE,
  },
  run({ name = '', vhost = '/', pattern, tags, priority, state, ...args }, { position }): Action {
    const id = `${vhost} ${name}`;
    if (state === 'absent') return declare([rabbitmqPolicy(id, { vhost, name, absent: true })]);
    const definition = Object.fromEntries(
      [...(tags ?? [])].map(([key, value]): [string, string | number | boolean] => {
        if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
          return [String(key), value];
        throw badParameter(
          position,
          'rabbitmq_policy',
          'tags',
          `${String(key)} must be a text, a number, true or false`,
        );
      }),
    );
    const props = given({ pattern, applyTo: args.apply_to, priority });
    return declare([rabbitmqPolicy(id, { vhost, name, ...props, definition })], { name });
  },
});

/** `rabbitmq_plugin` */
export const rabbitmqPluginModule = defineModule({
  name: 'community.rabbitmq.rabbitmq_plugin',
  params: {
    names: { type: 'list', aliases: ['name'], required: true },
    new_only: { type: 'bool' },
    state: { type: 'str', choices: ['enabled', 'disabled'] },
    prefix: { type: 'raw', ignored: 'the programs of the package are used' },
    broker_state: { type: 'raw', ignored: 'a running broker is told at once' },
  },
  run({ names = [], new_only: isMore, state }, context): Action {
    const isOff = state === 'disabled';
    const enabled = sh`rabbitmq-plugins list -q -e -m </dev/null`;
    const each = sh`gd_all=$(${enabled})
for gd_one in ${names}; do printf '%s\n' "$gd_all" | grep -qxF -- "$gd_one" ${isOff ? sh`&& exit 1` : sh`|| exit 1`}; done`;
    const exactly = sh`test "$(${enabled} | sort)" = "$(printf '%s\n' ${names} | sort)"`;
    const verb = isOff ? 'disable' : isMore ? 'enable' : 'set';
    return declare([
      command(context.title, {
        run: sh`rabbitmq-plugins -q ${verb} ${names} </dev/null`,
        unless:
          isOff || isMore
            ? sh`( ${each}
exit 0 )`
            : exactly,
      }),
    ]);
  },
});
