/** L23: TLS goes to a TLS port, plain text to a plain one. */
import { type Client, speaksTls } from '../facts/client.ts';
import type { Found, Rule } from '../rule.ts';

export const port: Rule = {
  id: 'L23',
  severity: 'E',
  title:
    'A URL with TLS names a TLS port of the broker, one without a plain port, that its host can reach; `ssl=0` does not mean plain',
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
  else found.push(...unreachable(client));
  return found;
}

/** A port where nothing listens for this client, or where its password would travel for everybody to read. */
function unreachable(client: Client): readonly Found[] {
  const { url, broker, option, label, at, view } = client;
  if (!url || !broker || broker.tls.length + broker.plain.length === 0) return [];
  const common = { hosts: [view.host, broker.view.host] };
  const listeners = [...broker.tls, ...broker.plain].filter((one) => one.port === url.port);
  const ports = [...broker.tls, ...broker.plain].map((one) => one.port).join(', ');
  const isElsewhere = view.host !== broker.view.host;
  const [first] = listeners;
  if (!first)
    return [
      {
        message: `${option} of ${label} goes to port ${url.port}, where the broker on ${broker.view.host} does not listen: it has ${ports}`,
        at: [at, (broker.tls[0] ?? broker.plain[0])?.at],
        fix: `${option}: port ${broker.tls[0]?.port ?? broker.plain[0]?.port}`,
        ...common,
      },
    ];
  if (isElsewhere && listeners.every((one) => /^(?:127\.|::1$|localhost$)/.test(one.address)))
    return [
      {
        message: `${option} of ${label} goes to port ${url.port}, where the broker listens on ${first.address} only, which other hosts do not reach`,
        at: [at, first.at],
        fix: speaksTls(client)
          ? `ssl_listeners: "'0.0.0.0'": ${url.port}`
          : `${option}: … @${url.host}:5671/… ?ssl=1`,
        ...common,
      },
    ];
  if (!isElsewhere || speaksTls(client)) return [];
  return [
    {
      message: `${option} of ${label} goes to another host without TLS: its password can be read on the way`,
      at: [at],
      fix: `${option}: port 5671 and ?ssl=1`,
      ...common,
    },
  ];
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
