/** L58: the web server waits long enough for files of jobs. */
import type { Rule } from '../rule.ts';

/** nginx's own default. */
const SECONDS = 60;

export const timeouts: Rule = {
  id: 'L58',
  severity: 'W',
  title: 'Time limits of nginx on the host that Pulsar sends results to are 60 seconds or more',
  why: 'Galaxy answers late while it stores a large result, and links to far sites stand still for seconds: nginx then ends the transfer (408, 504), and the job fails.',
  fix: 'Take the limit out, or set `proxy_read_timeout: 180s`.',
  check: ({ webServers, clients }) =>
    webServers.flatMap(({ view, timeouts: limits }) => {
      if (!clients.some((one) => one.runner && one.view.host === view.host)) return [];
      return limits
        .filter(({ value }) => secondsOf(value) < SECONDS)
        .map(({ name, value, at }) => ({
          message: `nginx on ${view.host} has ${name} ${value}; transfers of Pulsar jobs need ${SECONDS} seconds or more`,
          at: [at],
          fix: `${name}: 180s`,
          hosts: [view.host],
        }));
    }),
};

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** `60`, `30s`, `1h30m`; what is no time is no small one. */
function secondsOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:ms|[smhd]))+$/.test(text)) return Number.POSITIVE_INFINITY;
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, digits = '0', unit = 's']) => sum + Number(digits) * (UNITS[unit] ?? 1), 0);
}
