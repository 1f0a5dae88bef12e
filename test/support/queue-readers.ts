/** What the broker prints of those who read a queue, as RabbitMQ 3.10 and 4 do. */

/** From where, through which port, and since how many seconds. */
export type ReadFrom = readonly [address: string, port: number, ageSeconds: number];

const NOW = 1_796_085_900;

/** The lists of a broker whose queue has these readers, and another one that Galaxy reads twice. */
export function readBy(readers: readonly ReadFrom[], vhost: string, queue = 'pulsar__setup'): string {
  const galaxy: readonly ReadFrom[] = [
    ['10.0.0.1', 5001, 9000],
    ['10.0.0.1', 5002, 9000],
  ];
  const all = [
    ...readers.map((one) => [queue, ...one]),
    ...galaxy.map((one) => ['pulsar__status_update', ...one]),
  ];
  const pid = (number: number): string => `<rabbit@galaxy.1796085570.${number}.0>`;
  return [
    ...all.map(([name], at) => `consumer\t${vhost}\t${name}\t${pid(at + 900)}`),
    ...all.map((_, at) => `channel\t${pid(at + 900)}\t${pid(at + 100)}`),
    ...all.map(
      ([, address, port, age], at) =>
        `connection\t${pid(at + 100)}\t${address}\t${port}\t${(NOW - Number(age)) * 1000}`,
    ),
    `consumer\t${vhost}\t${queue}\t${pid(7)}`,
    `now\t${NOW}`,
    '',
  ].join('\n');
}
