/** The broker's plugins: exactly these are enabled. A running broker starts and stops them at once. See rabbitmq-plugins(8). */
import { sh, steps } from '../../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from '../kind.ts';

export type RabbitmqPluginsProps = CommonProps & { readonly plugins: readonly string[] };

/** Reads `[rabbitmq_management,rabbitmq_top].`, the list that the broker reads when it starts. */
const enabledPlugins: Probe<RabbitmqPluginsProps> = {
  name: 'rabbitmq-plugins',
  script: (items) =>
    sh`for gd_file in ${items.map((item) => item.name)}; do
test ! -f "$gd_file" || { printf '%s ' "$gd_file"; tr -d ' \n' <"$gd_file"; echo; }
done`,
  parse: (stdout) =>
    new Map(
      stdout.split('\n').flatMap((line): [string, Observed][] => {
        const match = /^(\S+) \[([a-z0-9_,']*)\]\.$/.exec(line);
        return match?.[1]
          ? [[match[1], { enabled: renderList((match[2] ?? '').replaceAll("'", '').split(',')) }]]
          : [];
      }),
    ),
};

/**
 * Sets the plugins that a broker has enabled, in the file of this path.
 * @example rabbitmqPlugins('/etc/rabbitmq/enabled_plugins', { plugins: ['rabbitmq_management'] })
 */
export const rabbitmqPlugins = defineKind<RabbitmqPluginsProps>({
  kind: 'rabbitmq_plugins',
  lane: 'slow',
  probe: enabledPlugins,
  desired: (props) => ({ enabled: renderList(props.plugins) }),
  touches: (_props, name) => ({ path: name }),
  apply({ name, props }) {
    return steps(
      sh`if systemctl is-active -q rabbitmq-server.service; then`,
      sh`rabbitmq-plugins -q set ${props.plugins} </dev/null`,
      sh`else`,
      sh`gd_begin ${name}
printf '%s\n' ${`[${props.plugins.join(',')}].`} >"$gd_new"
chown root:root "$gd_new"
chmod 0644 "$gd_new"
gd_commit ${name}`,
      sh`fi`,
    );
  },
});

function renderList(plugins: readonly string[]): string {
  return [...new Set(plugins.filter(Boolean))].sort().join(', ');
}
