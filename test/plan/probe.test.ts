import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { GraphNode } from '../../src/graph/edge.ts';
import { parseProbe, renderProbe } from '../../src/plan/probe.ts';
import { rabbitmqUser, rabbitmqVhost } from '../../src/resources/index.ts';
import type { Resource } from '../../src/resources/kind.ts';

const nodeOf = (resource: Resource): GraphNode => ({
  key: `h/${resource.id}`,
  host: 'h',
  resource,
});
const nodes = [rabbitmqVhost('/p/q', {}), rabbitmqUser('guest', { absent: true }), rabbitmqUser('admin', {})].map(
  nodeOf,
);

test('all things of a broker are asked for by one call', () => {
  expect(renderProbe(nodes, 'n').source.match(/\| gd_erlang$/gm)).toHaveLength(1);
});

test('probes that share an answer read each its own part of it', () => {
  const said = ['vhosts', 'users'].map((name) =>
    readFileSync(`test/resources/rabbitmq/${name}-4.0.5.out`, 'utf8'),
  );
  const printed = `\n@n begin rabbitmq\n${said.join('')}\n@n end rabbitmq 0\n`;
  const observed = parseProbe(nodes, Buffer.from(printed), 'n');
  expect(observed.get('h/rabbitmq_vhost[/p/q]')).toEqual({ tracing: false, limits: 'none' });
  expect(observed.get('h/rabbitmq_user[guest]')).toBe('absent');
  expect(observed.get('h/rabbitmq_user[admin]')).toMatchObject({ tags: 'administrator' });
});
