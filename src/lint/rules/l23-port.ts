/** L23: TLS goes to a TLS port, plain text to a plain one. */
import { type Client, speaksTls } from '../facts/client.ts';
import type { Found, Rule } from '../rule.ts';

export const port: Rule = {
  id: 'L23',
  severity: 'E',
  title: 'A URL with TLS names a TLS port of the broker, one without a plain port; `ssl=0` does not mean plain',
  why: 'TLS on a plain port, and plain text on a TLS port, are reset at each try; kombu takes any value of `ssl` for yes.',
  fix: 'Write `:5671` with `?ssl=1`, or `:5672` without it.',
  check: ({ clients }) => clients.flatMap(checkClient),
};

function checkClient(client: Client): readonly Found[] {
  const { url, option, label, at, view, raw } = client;
  if (!url) return [];
  const value = /[?&]ssl=([^&#]*)/.exec(raw)?.[1];
  const found: Found[] = [];
  const hosts = [view.host];
  if (value !== undefined && /^(?:0|false|no|off)$/i.test(value))
    found.push({
      message: `${option} of ${label} says ssl=${value}, which switches TLS on: any value does`,
      at: [at],
      fix: `${option}: the URL without ?ssl=${value} for plain text, or with ?ssl=1`,
      hosts,
    });
  const tls = speaksTls(client);
  const wrong = tls ? plainPort(client) : tlsPort(client);
  if (wrong)
    found.push({
      message: `${option} of ${label} goes ${tls ? 'with' : 'without'} TLS to port ${url.port}, which is ${tls ? 'a plain port' : 'for TLS'}`,
      at: [at, wrong.at],
      fix: tls ? `${option}: port 5671` : `${option}: … ?ssl=1`,
      hosts,
    });
  return found;
}

/** The broker's listener that shows the port to be plain; the well-known number where the broker is not known. */
function plainPort({ url, broker }: Client) {
  if (broker && broker.tls.length + broker.plain.length > 0)
    return broker.tls.some((one) => one.port === url?.port)
      ? undefined
      : broker.plain.find((one) => one.port === url?.port);
  return url?.port === 5672 ? { at: undefined } : undefined;
}

function tlsPort({ url, broker }: Client) {
  if (broker && broker.tls.length + broker.plain.length > 0)
    return broker.tls.find((one) => one.port === url?.port);
  return url?.port === 5671 ? { at: undefined } : undefined;
}
