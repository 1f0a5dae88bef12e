/**
 * What hosts said of themselves last time. With it a run declares everything before it asks, and asks for facts and
 * state in one round trip; when a host now says something else, everything is declared anew.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Facts } from '../base/facts.ts';
import type { Target } from '../transport/target/target.ts';

/** Raised when the shape of `Facts` changes, so that old files are ignored. */
const VERSION = 2;

function cacheFile(): string {
  const folder = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(folder, 'gatdeploy', `facts-${VERSION}.json`);
}

/** A host by the way it is reached, since inventories may use one name for different machines. */
function keyOf(target: Target): string {
  if (target.kind === 'local') return `local:${target.name}`;
  return `${target.name}:${target.user}@${target.address}:${target.port}`;
}

/** Reads the facts of those targets that are remembered; a missing or broken file remembers nothing. */
export function recallFacts(targets: readonly Target[]): ReadonlyMap<string, Facts> {
  const known = readCache();
  return new Map(
    targets.flatMap((target): [string, Facts][] => {
      const facts = known[keyOf(target)];
      return facts ? [[target.name, facts]] : [];
    }),
  );
}

/** Remembers facts for the next run. A cache that can't be written only costs a round trip. */
export function rememberFacts(targets: readonly Target[], facts: ReadonlyMap<string, Facts>): void {
  const all = { ...readCache() };
  for (const target of targets) {
    const one = facts.get(target.name);
    if (one) all[keyOf(target)] = one;
  }
  const file = cacheFile();
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(all), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // Read-only home folders are common in pipelines.
  }
}

/** Whether two answers of a host are the same. */
export function sameFacts(a: Facts | undefined, b: Facts | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function readCache(): Readonly<Record<string, Facts>> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(cacheFile(), 'utf8'));
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, Facts>) : {};
  } catch {
    return {};
  }
}
