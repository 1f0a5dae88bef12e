/** L27: results of jobs fit through the web server. */
import type { Found, Rule } from '../rule.ts';

const GIB = 2 ** 30;

export const bodySize: Rule = {
  id: 'L27',
  severity: 'W',
  title: '`client_max_body_size` is 1g or more on the host that Pulsar sends results to',
  why: 'nginx refuses larger request bodies (413), so the job whose result is larger fails; without the directive the limit is 1 MB.',
  fix: 'Set `nginx_conf_http: {client_max_body_size: 10g}`.',
  stops: false,
  check: ({ webServers, clients }) =>
    webServers.flatMap(({ view, bodySizes }): readonly Found[] => {
      if (!clients.some((one) => one.runner && one.view.host === view.host)) return [];
      const sizes = bodySizes.map((one) => one.value);
      const largest = Math.max(-1, ...sizes.map(bytesOf));
      if (largest >= GIB || sizes.some((one) => !/^\d+[kmg]?$/i.test(one))) return [];
      const isUnset = bodySizes.length === 0;
      return [
        {
          ...(isUnset ? { severity: 'E' } : {}),
          message: isUnset
            ? `nginx on ${view.host} has no client_max_body_size, so results of Pulsar jobs beyond 1 MB are refused`
            : `nginx on ${view.host} refuses results beyond ${sizes.join(', ')}; expected 1g or more`,
          at: [
            bodySizes[0]?.at ??
              view.defined('nginx_conf_http') ??
              view.defined('nginx_ssl_servers') ??
              view.defined('nginx_servers'),
          ],
          fix: bodySizes[0]?.at?.file.endsWith('.j2')
            ? 'client_max_body_size 10g;'
            : 'nginx_conf_http: {client_max_body_size: 10g}',
          hosts: [view.host],
        },
      ];
    }),
};

/** `0` is no limit. */
function bytesOf(size: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([kmg]?)$/i.exec(size) ?? [];
  if (Number(digits) === 0) return Number.POSITIVE_INFINITY;
  return Number(digits) * 1024 ** ' kmg'.indexOf(unit.toLowerCase() || ' ');
}
