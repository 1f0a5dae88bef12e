/** Distribution packages that a site wants on its hosts beside what roles bring. */
import { z } from 'zod';
import { aptPackage, aptRepository } from '../../resources/index.ts';
import { defineRole } from '../role.ts';
import { listOf, text, word } from '../types.ts';

const wanted = z.union([
  word.transform((name) => ({ name, version: undefined })),
  z.strictObject({ name: word, version: word.optional() }),
]);

const repository = z.strictObject({ name: word, lines: listOf(word), key: text.optional() });

export const packages = defineRole({
  name: 'packages',
  aliases: [],
  doc: 'Adds package sources, installs, upgrades and removes distribution packages.',
  vars: {
    packages_repositories: {
      type: z.array(repository),
      default: [],
      doc: 'Package sources, `{name, lines, key}`: lines of sources.list and the armoured key that signs them.',
    },
    packages_present: {
      type: listOf(wanted),
      default: [],
      doc: 'Packages that are there, in any version or in `{name, version}`.',
    },
    packages_latest: {
      type: listOf(word),
      default: [],
      doc: 'Packages that are upgraded when there is a newer version.',
    },
    packages_absent: { type: listOf(word), default: [], doc: 'Packages that are not there.' },
  },

  declare(v) {
    const sources = v.packages_repositories.map(({ name, lines, key }) =>
      aptRepository(name, { lines, ...(key === undefined ? {} : { key }) }),
    );
    const present = v.packages_present.map(({ name, version }) =>
      aptPackage(name, { after: sources, ...(version === undefined ? {} : { version }) }),
    );
    const latest = v.packages_latest.map((name) => aptPackage(name, { latest: true, after: sources }));
    const absent = v.packages_absent.map((name) => aptPackage(name, { absent: true }));
    return [...sources, ...present, ...latest, ...absent];
  },
});
