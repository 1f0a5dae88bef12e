/** Whether a web server answers. See curl(1). */
import { sh } from '../../base/shell.ts';
import type { Check } from '../check.ts';

/**
 * Whether an HTTP answer comes, of any status unless one is named. The chain is another check's matter.
 * @example httpAnswers({ id: 'nginx/80', host: 'gat-1', url: 'http://galaxy.example.org/', status: [301, 302] })
 */
export function httpAnswers(options: {
  readonly id: string;
  readonly host: string;
  readonly url: string;
  /** What is right; default any. */
  readonly status?: readonly number[];
  /** Address to ask instead of what the name resolves to. */
  readonly address?: string;
}): Check {
  const url = new URL(options.url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const resolve = options.address === undefined ? [] : ['--resolve', `${url.hostname}:${port}:${options.address}`];
  const right = options.status?.join(' or ') ?? 'an answer';
  return {
    id: options.id,
    host: options.host,
    title: `${options.url} gives ${right}`,
    asks: `curl -k -o /dev/null -w '%{http_code}' ${[...resolve, options.url].join(' ')}`,
    script: sh`curl -k -s -S -m 15 -o /dev/null -w ${'%{http_code} %{redirect_url}\n'} ${resolve} ${options.url}`,
    judge({ stdout, stderr }) {
      const [code = '000', to = ''] = stdout.trim().split(' ');
      const status = Number(code);
      const ok = status > 0 && (options.status === undefined || options.status.includes(status));
      const got = status > 0 ? `${status}${to ? ` to ${to}` : ''}` : stderr.trim();
      return ok ? { ok, got } : { ok, got, fix: 'nginx -t, and journalctl -u nginx, tell what is wrong' };
    },
  };
}
