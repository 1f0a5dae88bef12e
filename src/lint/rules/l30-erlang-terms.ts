/** L30: the older form of `rabbitmq_config` says what Erlang understands. */
import type { Node } from '../../base/node.ts';
import { entriesOf, placeOf, textOf } from '../facts/tree.ts';
import type { Found, Rule } from '../rule.ts';

export const erlangTerms: Rule = {
  id: 'L30',
  severity: 'W',
  title:
    '`rabbitmq_config` as a list has one-key dicts, quoted addresses as keys, and no words that would have to be atoms',
  why: "Ansible's role writes each text as a string and each key as it is, so that the broker fails at it or ignores it; gatdeploy writes rabbitmq.conf, in which they are right.",
  fix: 'Leave atoms out, quote addresses twice (`"\'127.0.0.1\'"`), and give each dict one key.',
  check: ({ brokers }) =>
    brokers
      .filter(({ era }) => era === 'list')
      .flatMap(({ view }) => {
        const config = view.node('rabbitmq_config');
        return config ? problemsOf(config).map((one) => ({ ...one, hosts: [view.host] })) : [];
      }),
};

const ATOMS = /^(?:verify_peer|verify_none|tlsv1(?:\.[0-3])?|sslv3)$/;

function problemsOf(node: Node): readonly Omit<Found, 'hosts'>[] {
  if (node.kind === 'list') return node.items.flatMap((item) => [...wide(item), ...problemsOf(item)]);
  if (node.kind === 'dict')
    return entriesOf(node).flatMap(([key, item]) => [...address(node, key, item), ...problemsOf(item)]);
  const text = textOf(node);
  if (text === undefined || !ATOMS.test(text)) return [];
  return [
    {
      message: `${text} is written as the string "${text}" by Ansible's role, and has to be an atom`,
      at: [node.position],
      fix: 'take it out for Ansible; for gatdeploy it is right',
    },
  ];
}

function wide(item: Node): readonly Omit<Found, 'hosts'>[] {
  const keys = entriesOf(item).map(([key]) => key);
  if (keys.length < 2) return [];
  return [
    {
      message: `a dict with the keys ${keys.join(', ')} in a list: Ansible's role makes broken Erlang of it`,
      at: [item.position],
      fix: keys.map((key) => `- ${key}: …`).join('\n'),
    },
  ];
}

function address(dict: Node, key: string, item: Node): readonly Omit<Found, 'hosts'>[] {
  if (!/^(?:\d+\.){3}\d+$|^[0-9a-f:]*::[0-9a-f:]*$/i.test(key)) return [];
  return [
    {
      message: `the address ${key} is a bare word for Erlang, which it cannot read`,
      at: [placeOf(dict, key)],
      fix: `"'${key}'": ${textOf(item) ?? '…'}`,
    },
  ];
}
