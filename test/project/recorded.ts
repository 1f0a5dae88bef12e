/** Recorded cases of real Ansible as projects on disk. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A case of one of the recorded files. */
export type RecordedCase = {
  readonly id: string;
  readonly feature: string;
  readonly kind?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly sources?: readonly string[];
  readonly secrets?: readonly string[];
  readonly executable?: readonly string[];
  readonly target?: string;
  readonly extra_vars?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>>;
};

/** The cases of a recorded file. JSON.parse loses the difference of 1 and 1.0, so numbers become texts on both sides. */
export function recordedCases(name: string): RecordedCase[] {
  const text = readFileSync(new URL(`../fixtures/recorded/${name}`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { cases: RecordedCase[] }).cases;
}

/** The same file with each number as a text that keeps its type, for comparing. */
export function exactExpected(name: string): Map<string, unknown> {
  const text = readFileSync(new URL(`../fixtures/recorded/${name}`, import.meta.url), 'utf8');
  const { cases } = parseExact(text) as { cases: { id: string; expected: unknown }[] };
  return new Map(cases.map((one) => [one.id, one.expected]));
}

/** Parses JSON with numbers as `number:TEXT`. */
export function parseExact(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(`number:${token}`),
  );
  return JSON.parse(quoted);
}

/** Writes files into a new folder, gives it to a function, and removes it. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => T | Promise<T>,
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-test-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes files executable. */
export function makeExecutable(folder: string, names: readonly string[]): void {
  for (const name of names) chmodSync(path.join(folder, name), 0o755);
}
