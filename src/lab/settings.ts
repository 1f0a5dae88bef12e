/**
 * Settings of the machine's kernel that labs need: forwarding of packets, and enough inotify instances for the systemd of
 * each host (about five each; Debian allows a user 128 in all). Like the settings themselves, what they were before the
 * first lab is forgotten with a reboot. See inotify(7), ip-sysctl.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const BEFORE = '/run/gatdeploy-lab';

const SETTINGS: readonly { readonly file: string; readonly least: number }[] = [
  { file: '/proc/sys/net/ipv4/ip_forward', least: 1 },
  { file: '/proc/sys/fs/inotify/max_user_instances', least: 2048 },
];

/** Raises what is too low, and notes what it was. */
export function raiseSettings(): void {
  for (const { file, least } of SETTINGS) {
    const before = readFileSync(file, 'utf8').trim();
    if (Number(before) >= least) continue;
    mkdirSync(BEFORE, { recursive: true });
    writeFileSync(join(BEFORE, basename(file)), before);
    writeFileSync(file, String(least));
  }
}

/** Sets everything back to what it was before the first lab. */
export function restoreSettings(): void {
  for (const { file } of SETTINGS) {
    const before = join(BEFORE, basename(file));
    if (existsSync(before)) writeFileSync(file, readFileSync(before, 'utf8'));
  }
  rmSync(BEFORE, { recursive: true, force: true });
}
