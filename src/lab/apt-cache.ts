/**
 * Package files and lists that hosts have fetched, kept for the next host. They are shared as hard links through each
 * host's own layer, never as one folder that two running apt-get would fight for.
 */
import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ACME, cachePaths, fqdn, hostPaths, type Os } from './store.ts';

const ARCHIVES = 'var/cache/apt/archives';
const LISTS = 'var/lib/apt/lists';
/** Older lists are not handed on: a bare host whose lists name packages that are gone is no bare host. */
const LISTS_MAX_AGE_MS = 24 * 3600 * 1000;

/** Puts the kept package files and lists into a host's layer. */
export function giveAptCache(os: Os, layer: string): void {
  const { archives, lists } = cachePaths(os);
  linkAll(archives, join(layer, ARCHIVES), (file) => file.endsWith('.deb'));
  if (existsSync(lists) && Date.now() - statSync(lists).mtimeMs < LISTS_MAX_AGE_MS)
    linkAll(lists, join(layer, LISTS));
}

/** Takes over what a host has fetched; its own repositories (the lab's stand-ins) stay out. */
export function keepAptCache(os: Os, lab: string, host: string): void {
  const { upper } = hostPaths(lab, host);
  const { archives } = cachePaths(os);
  linkAll(join(upper, ARCHIVES), archives, (file) => file.endsWith('.deb') && !file.includes('standin'));
  keepLists(os, join(upper, LISTS));
}

/** Takes over a whole set of package lists, when it is newer than the one kept. */
export function keepLists(os: Os, from: string): void {
  const { lists } = cachePaths(os);
  const isWhole = existsSync(from) && readdirSync(from).some((file) => file.endsWith('InRelease'));
  if (!isWhole || (existsSync(lists) && statSync(lists).mtimeMs >= statSync(from).mtimeMs)) return;
  const fresh = `${lists}.${process.pid}`;
  linkAll(from, fresh, (file) => !file.startsWith(fqdn(ACME)) && file !== 'lock');
  rmSync(lists, { recursive: true, force: true });
  renameSync(fresh, lists);
}

function linkAll(from: string, to: string, wanted = (_file: string) => true): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true, mode: 0o755 });
  const there = new Set(readdirSync(to));
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile() && wanted(entry.name) && !there.has(entry.name))
      linkSync(join(from, entry.name), join(to, entry.name));
  }
}
