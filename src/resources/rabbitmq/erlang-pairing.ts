/** Which Erlang goes with which RabbitMQ. A broker with another one crashes when it starts, or in use. See rabbitmq.com, "Erlang Version Requirements". */

/** Releases of RabbitMQ from the first to the next entry's, with the lowest and the highest Erlang that they run on. */
type Pairing = { readonly from: string; readonly lowest: string; readonly highest: number };

const PAIRINGS: readonly Pairing[] = [
  { from: '3.6.15', lowest: '19.3', highest: 20 },
  { from: '3.7.7', lowest: '19.3', highest: 21 },
  { from: '3.7.15', lowest: '20.3', highest: 22 },
  { from: '3.7.19', lowest: '21.3', highest: 22 },
  { from: '3.8.4', lowest: '21.3', highest: 23 },
  { from: '3.8.9', lowest: '22.3', highest: 23 },
  { from: '3.8.16', lowest: '22.3', highest: 24 },
  { from: '3.8.29', lowest: '23.2', highest: 24 },
  { from: '3.10.6', lowest: '23.2', highest: 25 },
  { from: '3.11', lowest: '25.0', highest: 25 },
  { from: '3.12', lowest: '25.0', highest: 26 },
  { from: '3.13', lowest: '26.0', highest: 26 },
  { from: '4.0', lowest: '26.2', highest: 26 },
  { from: '4.0.4', lowest: '26.2', highest: 27 },
];

/** The newest series that the table knows for certain; what is beyond it is not judged. */
const KNOWN_BELOW = '4.2';

/** What a release needs; undefined for one that the table does not know. */
export function erlangFor(rabbitmq: string): { readonly lowest: string; readonly highest: number } | undefined {
  if (compare(rabbitmq, KNOWN_BELOW) >= 0) return undefined;
  return PAIRINGS.findLast(({ from }) => compare(rabbitmq, from) >= 0);
}

/** Why a pair of package versions does not go together; undefined when it does, or when nobody knows. */
export function mismatch(rabbitmq: string, erlang: string): string | undefined {
  const needs = erlangFor(upstream(rabbitmq));
  const has = upstream(erlang);
  if (!needs || !/^\d/.test(has)) return undefined;
  if (compare(has, needs.lowest) >= 0 && Number(has.split('.')[0]) <= needs.highest) return undefined;
  return `RabbitMQ ${upstream(rabbitmq)} runs on Erlang ${needs.lowest} to ${needs.highest}, not on ${has}`;
}

/** `1:25.2.3+dfsg-1+deb12u4` is 25.2.3. */
function upstream(version: string): string {
  return /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '';
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const parts = Math.max(left?.length ?? 0, right?.length ?? 0);
  for (let index = 0; index < parts; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
