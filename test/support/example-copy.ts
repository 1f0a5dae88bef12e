/** A copy of the example project, to be changed by a test as an admin would change it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type ExampleCopy = {
  readonly root: string;
  /** Replaces a text that must be there. */
  edit(file: string, from: string | RegExp, to: string): void;
  remove(): void;
};

export function copyExample(): ExampleCopy {
  const root = mkdtempSync(path.join(tmpdir(), 'example-'));
  for (const name of ['ansible.cfg', '.vault-password.txt', 'group_vars', 'templates'])
    cpSync(path.join(ROOT, name), path.join(root, name), { recursive: true });
  return {
    root,
    edit(file, from, to) {
      const at = path.join(root, file);
      const before = readFileSync(at, 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} has no ${from}`);
      writeFileSync(at, after);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
