import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { HostLink } from '../../src/apply/work.ts';
import { GatError } from '../../src/base/errors.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { startLinks } from '../../src/session/connect.ts';
import { readFacts, readStates } from '../../src/session/read.ts';
import { connectionLost } from '../../src/transport/errors.ts';
import { localConnection } from '../../src/transport/local.ts';
import type { SshTarget } from '../../src/transport/target/target.ts';
import { cleanUps, home, serve, useSshWorld } from '../support/ssh-world.ts';

useSshWorld();

const clock = () => 0;

/** A port that accepts and then says nothing. */
async function silent(): Promise<number> {
  const server = createServer((socket) => cleanUps.push(() => socket.destroy())).listen(0, '127.0.0.1');
  cleanUps.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function target(name: string, port: number): SshTarget {
  const args = '-o ConnectTimeout=600';
  return { ...home.target(port, { ansible_user: 'root', ansible_ssh_common_args: args }), name };
}

function recorded() {
  const events: string[] = [];
  const emit = (event: RunEvent): unknown => events.push(`${event.type} ${'host' in event ? event.host : ''}`);
  return { events, emit, clock };
}

describe('a host that is reached and then says nothing', () => {
  test('holds up nobody: the others are read meanwhile', async () => {
    const server = await serve();
    home.know(server);
    const targets = [target('dead', await silent()), target('alive', server.port)];
    const { events, emit } = recorded();
    const links = startLinks(targets, { clock, emit });
    // The silence of the dead one would last for as long as a test may: the reading of the other one ends it.
    const onRead = (event: RunEvent): void => {
      emit(event);
      if (event.type === 'probed') links.close();
    };
    const states = await readStates({ graph: buildGraph([]), links, targets }, { clock, emit: onRead });
    expect([...states.facts.keys()]).toEqual(['alive']);
    expect(events.slice(2)).toEqual(['connected alive', 'probed alive']);
  });

  test('is not waited for when the run ends before', async () => {
    const { events, ...telling } = recorded();
    const links = startLinks([target('dead', await silent())], telling);
    await links.close();
    expect(await links.of('dead')).toBeUndefined();
    expect(events).toEqual(['connecting dead']);
  });
});

test('a host that is given up while it is connected to again is let go, and told once', async () => {
  const server = await serve();
  home.know(server);
  const { events, ...telling } = recorded();
  const links = startLinks([target('moody', server.port)], telling);
  const link = await links.of('moody');
  const again = link?.reconnect?.();
  links.drop('moody', new GatError({ code: 'a/b', what: 'cannot read it', class: 'unreachable' }));
  await expect(again).rejects.toThrow('cannot read it');
  await links.close();
  await expect.poll(() => server.connections.size).toBe(0);
  expect(events).toEqual(['connecting moody', 'connected moody']);
});

test('many hosts are no mistake of ours to Node', async () => {
  const port = await silent();
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): unknown => warnings.push(name);
  process.on('warning', onWarning);
  cleanUps.push(() => process.off('warning', onWarning));
  const links = startLinks(
    Array.from({ length: 20 }, (_, index) => target(`host${index}`, port)),
    recorded(),
  );
  await setImmediate();
  await links.close();
  expect(warnings).toEqual([]);
});

test('a host that answered the same question before is not asked again', async () => {
  const server = await serve();
  home.know(server);
  const targets = [target('alive', server.port)];
  const { events, ...telling } = recorded();
  const links = startLinks(targets, telling);
  const reading = { graph: buildGraph([]), links, targets };
  const { answers, serials } = await readStates(reading, telling);
  const again = await readStates({ ...reading, answers }, telling);
  await links.close();
  expect(again.serials).toEqual(serials);
  expect(events.filter((event) => event.startsWith('probed'))).toHaveLength(1);
});

describe('a host whose connection breaks while it is asked who it is', () => {
  test('is asked again over a new one', async () => {
    const one = target('one', 1);
    const local = localConnection(one.name);
    const link: HostLink = {
      connection: { ...local, exec: () => Promise.reject(connectionLost(one.name, 'the host closed it')) },
      become: undefined,
      reconnect: async () => local,
    };
    const links = {
      ...startLinks([], { clock, emit: () => {} }),
      links: new Map([[one.name, link]]),
      of: async () => link,
    };
    const { events, emit } = recorded();
    const { facts } = await readFacts(links, [one], { clock, emit });
    expect([[...facts.keys()], events]).toEqual([[one.name], []]);
  });
});
