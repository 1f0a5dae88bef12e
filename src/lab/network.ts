/** The lab's bridge with its subnet, and the way from there to the world (NAT). See ip-link(8), iptables(8). */
import { writeFileSync } from 'node:fs';
import { uplinkMtu } from './machine.ts';
import { attempt, run } from './run.ts';
import { raiseSettings, restoreSettings } from './settings.ts';
import { bridge, gateway, hash, labNames, readRecord, subnet } from './store.ts';

const MAX_INDEX = 255;

/** The bridge's address tells whose it is, from the moment it exists. */
export function bridgeMac(tag: string): string {
  return `02:${hash(tag).slice(0, 10).match(/../g)?.join(':')}`;
}

/** Makes sure that the lab has a bridge with the way out; returns its number, the wanted one where possible. */
export async function ensureNetwork(tag: string, wanted: number | undefined): Promise<number> {
  const mtu = await uplinkMtu();
  const index = (await ownIndex(tag)) ?? (await makeBridge(tag, wanted, mtu));
  const name = bridge(index);
  await run(['ip', 'address', 'replace', `${gateway(index)}/24`, 'dev', name]);
  await run(['ip', 'link', 'set', name, 'mtu', String(mtu), 'up']);
  // a host that starts is asked for its link address again after 50 ms, not after a second
  writeFileSync(`/proc/sys/net/ipv4/neigh/${name}/retrans_time_ms`, '50');
  for (const rule of rules(tag, index)) await ensureRule(rule);
  raiseSettings();
  return index;
}

/** Takes away everything that `ensureNetwork` made, found by the tag alone. */
export async function removeNetwork(tag: string): Promise<void> {
  const index = await ownIndex(tag);
  if (index !== undefined) await run(['ip', 'link', 'delete', bridge(index)]);
  for (const table of ['nat', 'filter']) {
    const { stdout } = await attempt(['iptables', '-w', '-t', table, '-S']);
    const own = stdout.split('\n').filter((line) => line.startsWith('-A ') && line.split(/[ "]+/).includes(tag));
    for (const line of own) {
      await run(['iptables', '-w', '-t', table, '-D', ...line.replaceAll('"', '').split(' ').slice(1)]);
    }
  }
  if ((await labBridges()).length === 0) restoreSettings();
}

type Link = { readonly ifname: string; readonly address: string };

async function labBridges(): Promise<readonly Link[]> {
  const links = JSON.parse((await run(['ip', '-j', 'link', 'show', 'type', 'bridge'])) || '[]') as readonly Link[];
  return links.filter((link) => /^gatlab\d+$/.test(link.ifname ?? ''));
}

async function ownIndex(tag: string): Promise<number | undefined> {
  const own = (await labBridges()).find((link) => link.address === bridgeMac(tag));
  return own && Number(own.ifname.slice('gatlab'.length));
}

/** Adding a link is atomic in the kernel: of two labs that want the same number, one gets it. */
async function makeBridge(tag: string, wanted: number | undefined, mtu: number): Promise<number> {
  const routes = await run(['ip', '-4', 'route', 'show', 'table', 'all']);
  const reserved = new Set(labNames().map((name) => readRecord(name)?.index));
  const others = Array.from({ length: MAX_INDEX }, (_, index) => index).filter((index) => !reserved.has(index));
  for (const index of wanted === undefined ? others : [wanted, ...others]) {
    if (routes.includes(subnet(index).replace('0/24', ''))) continue; // somebody else's network
    const add = [
      'ip',
      'link',
      'add',
      bridge(index),
      'address',
      bridgeMac(tag),
      'mtu',
      String(mtu),
      'type',
      'bridge',
    ];
    if ((await attempt(add)).code === 0) return index;
  }
  throw new Error('no free subnet in 10.213.0.0/16');
}

type Rule = { readonly table: string; readonly chain: string; readonly match: readonly string[] };

function rules(tag: string, index: number): readonly Rule[] {
  const mark = ['-m', 'comment', '--comment', tag, '-j'];
  const inside = subnet(index);
  return [
    { table: 'nat', chain: 'POSTROUTING', match: ['-s', inside, '!', '-d', inside, ...mark, 'MASQUERADE'] },
    { table: 'filter', chain: 'FORWARD', match: ['-i', bridge(index), ...mark, 'ACCEPT'] },
    { table: 'filter', chain: 'FORWARD', match: ['-o', bridge(index), ...mark, 'ACCEPT'] },
  ];
}

async function ensureRule({ table, chain, match }: Rule): Promise<void> {
  const isThere = (await attempt(['iptables', '-w', '-t', table, '-C', chain, ...match])).code === 0;
  if (!isThere) await run(['iptables', '-w', '-t', table, '-I', chain, ...match]);
}
