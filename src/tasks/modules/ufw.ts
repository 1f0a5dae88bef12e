/** ufw: the firewall's state, its defaults, and plain rules. See ufw(8). */
import { type Script, sh } from '../../base/shell.ts';
import { aptPackage, command } from '../../resources/index.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { unsupported } from '../errors.ts';

/** `ufw`: its state, its defaults, and plain rules. */
export const ufwModule = defineModule({
  name: 'community.general.ufw',
  params: {
    state: { type: 'str', choices: ['enabled', 'disabled', 'reloaded', 'reset'] },
    default: { type: 'str', aliases: ['policy'], choices: ['allow', 'deny', 'reject'] },
    direction: { type: 'str', choices: ['in', 'incoming', 'out', 'outgoing', 'routed'] },
    logging: { type: 'str' },
    rule: { type: 'str', choices: ['allow', 'deny', 'limit', 'reject'] },
    port: { type: 'str', aliases: ['to_port'] },
    proto: {
      type: 'str',
      aliases: ['protocol'],
      choices: ['any', 'tcp', 'udp', 'ipv6', 'esp', 'ah', 'gre', 'igmp'],
    },
    name: { type: 'str', aliases: ['app'] },
    from_ip: { type: 'str', aliases: ['from', 'src'] },
    from_port: { type: 'str' },
    to_ip: { type: 'str', aliases: ['dest', 'to'] },
    comment: { type: 'str' },
    delete: { type: 'bool' },
    interface: { type: 'str', aliases: ['if'] },
    route: { type: 'bool', refused: 'write the rule with command: ufw route' },
    insert: { type: 'int', refused: 'rules are added at the end' },
    log: { type: 'bool', refused: 'write the rule with command: ufw' },
  },
  run(args, context): Action {
    const { state } = args;
    if (state === 'reset' || state === 'reloaded')
      throw unsupported(context.position, `ufw with state: ${state}`, 'it is no state that could be compared');
    const tool = aptPackage('ufw', {});
    const parts = [...policy(args), ...rule(args), ...logging(args.logging), ...switched(state)];
    const steps = parts.map(({ name, run, unless }) =>
      command(`${context.title}: ${name}`, { run, unless, after: [tool] }),
    );
    return declare([tool, ...steps]);
  },
});

type Part = { readonly name: string; readonly run: Script; readonly unless: Script };

type Policy = { readonly default: string | undefined; readonly direction: string | undefined };

const CHAINS: Readonly<Record<string, string>> = { incoming: 'INPUT', outgoing: 'OUTPUT', routed: 'FORWARD' };
const TARGETS: Readonly<Record<string, string>> = { allow: 'ACCEPT', deny: 'DROP', reject: 'REJECT' };

function policy({ default: wanted, direction = 'incoming' }: Policy): readonly Part[] {
  if (wanted === undefined) return [];
  const way = { in: 'incoming', out: 'outgoing' }[direction] ?? direction;
  const line = `DEFAULT_${CHAINS[way] ?? 'INPUT'}_POLICY="${TARGETS[wanted] ?? ''}"`;
  return [
    { name: 'default', run: sh`ufw default ${wanted} ${way}`, unless: sh`grep -qxF -- ${line} /etc/default/ufw` },
  ];
}

function rule(args: Rule & { readonly delete: boolean | undefined }): readonly Part[] {
  if (args.rule === undefined) return [];
  const words = ruleWords(args);
  const isThere = sh`ufw show added | grep -qxF -- ${`ufw ${words.join(' ')}`}`;
  return args.delete
    ? [{ name: 'rule', run: sh`ufw delete ${words}`, unless: sh`! { ${isThere}; }` }]
    : [{ name: 'rule', run: sh`ufw ${words}`, unless: isThere }];
}

function logging(level: string | undefined): readonly Part[] {
  if (level === undefined) return [];
  const kept = level === 'on' ? 'low' : level;
  return [
    {
      name: 'logging',
      run: sh`ufw logging ${level}`,
      unless: sh`grep -q ${`^LOGLEVEL=${kept}`} /etc/ufw/ufw.conf`,
    },
  ];
}

function switched(state: string | undefined): readonly Part[] {
  if (state === undefined) return [];
  const isOn = state === 'enabled';
  const run = isOn ? sh`ufw --force enable` : sh`ufw disable`;
  return [{ name: state, run, unless: sh`grep -q ${`^ENABLED=${isOn ? 'yes' : 'no'}`} /etc/ufw/ufw.conf` }];
}

type Rule = {
  readonly [K in
    | 'rule'
    | 'port'
    | 'proto'
    | 'name'
    | 'from_ip'
    | 'from_port'
    | 'to_ip'
    | 'comment'
    | 'direction'
    | 'interface']: string | undefined;
};

/** The rule as `ufw show added` shows it. */
function ruleWords(one: Rule): readonly string[] {
  const proto = one.proto === 'any' ? undefined : one.proto;
  const isSimple = [one.from_ip, one.to_ip, one.from_port, one.interface, one.direction].every(
    (part) => part === undefined,
  );
  const note = words('comment', one.comment);
  const simple = one.name ?? (one.port === undefined || proto === undefined ? one.port : `${one.port}/${proto}`);
  if (isSimple && simple !== undefined) return [one.rule ?? '', simple, ...note];
  const way = one.direction?.replace('incoming', 'in').replace('outgoing', 'out');
  return [
    one.rule ?? '',
    ...(way === undefined ? [] : [way]),
    ...words('on', one.interface),
    ...end('from', one.from_ip, one.from_port),
    ...end('to', one.to_ip, one.port),
    ...words('proto', proto),
    ...note,
  ];
}

function end(name: string, address: string | undefined, port: string | undefined): readonly string[] {
  return address === undefined && port === undefined ? [] : [name, address ?? 'any', ...words('port', port)];
}

function words(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}
