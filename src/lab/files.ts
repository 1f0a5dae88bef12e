/** The plain files that go into lab images, kept in `templates/lab`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash } from './store.ts';

/** Finds a folder of `templates/lab`, whether this runs from `src/` or from the bundle. */
export function labFiles(name = ''): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'templates', 'lab'))) {
    if (dir === dirname(dir)) throw new Error('templates/lab is missing from this installation');
    dir = dirname(dir);
  }
  return join(dir, 'templates', 'lab', name);
}

/** A digest of all files of a folder of `templates/lab`. */
export function filesDigest(name: string): string {
  const dir = labFiles(name);
  const files = readdirSync(dir, { recursive: true }).map(String).sort();
  const parts = files.map((file) => {
    const path = join(dir, file);
    return statSync(path).isFile() ? `${file}\0${readFileSync(path, 'utf8')}\0` : '';
  });
  return hash(parts.join(''));
}
