/** Settings of ansible.cfg that look like misspelt ones; Ansible passes over them without a word. */
import { editDistance } from '../base/did-you-mean.ts';
import type { Settings } from './config-file.ts';
import type { Warning } from './yaml/context.ts';

/** So many letters may be wrong: Ansible has settings of its own that are a little further from each other. */
const SLIP = 2;

/** Tells each setting that is not known and all but one that is. */
export function misspeltSettings(settings: Settings, known: ReadonlySet<string>): readonly Warning[] {
  return [...settings].flatMap(([name, { position }]): readonly Warning[] => {
    const near = known.has(name) ? undefined : [...known].find((one) => isNear(one, name));
    if (near === undefined) return [];
    return [{ position, text: `no setting is called ${written(name)}; did you mean \`${written(near)}\`?` }];
  });
}

/** Lengths are compared first: that is quick, and most settings are far from each other. */
function isNear(one: string, other: string): boolean {
  return Math.abs(one.length - other.length) <= SLIP && editDistance(one, other) <= SLIP;
}

/** `[defaults] inventory` */
function written(name: string): string {
  return name.replace(/^([^.]*)\./, '[$1] ');
}
