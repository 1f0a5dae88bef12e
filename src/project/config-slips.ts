/** Settings of ansible.cfg that look like misspelt ones; Ansible passes over them without a word. */
import { editDistance } from '../base/did-you-mean.ts';
import type { Settings } from './config-file.ts';
import type { Warning } from './yaml/context.ts';

/** So many letters may be wrong: Ansible has settings of its own that are a little further from each other. */
const SLIP = 2;

/** Tells each setting that is not known and all but one that is. */
export function misspeltSettings(settings: Settings, known: ReadonlySet<string>): readonly Warning[] {
  return [...settings].flatMap(([name, { position }]): readonly Warning[] => {
    const near = known.has(name) ? undefined : [...known].find((one) => editDistance(one, name) <= SLIP);
    if (near === undefined) return [];
    return [{ position, text: `no setting is called ${written(name)}; did you mean \`${written(near)}\`?` }];
  });
}

/** `[defaults] inventory` */
function written(name: string): string {
  return name.replace(/^([^.]*)\./, '[$1] ');
}
