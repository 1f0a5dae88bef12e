/** Hosts of which the same is to be told, told together. */
import { draw, type Lines } from './line.ts';

/** From so many on, hosts with the same lines are told together. */
const ALIKE = 3;
const NAMED = 5;

type Told = { readonly title: string; readonly hosts: readonly string[]; readonly lines: Lines };

/** Puts hosts with the same lines under one title, each group where its first host stood. */
export function foldAlike(hosts: readonly (readonly [string, Lines])[]): readonly Told[] {
  const alike = new Map<string, { names: string[]; lines: Lines }>();
  for (const [host, lines] of hosts) {
    const key = draw(lines);
    const known = alike.get(key);
    if (known) known.names.push(host);
    else alike.set(key, { names: [host], lines });
  }
  return [...alike.values()].flatMap(({ names, lines }): readonly Told[] => {
    if (names.length < ALIKE) return names.map((name) => ({ title: name, hosts: [name], lines }));
    const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    const title = `${names.length} hosts: ${names.slice(0, NAMED).join(', ')}${rest}`;
    return [{ title, hosts: names, lines }];
  });
}
