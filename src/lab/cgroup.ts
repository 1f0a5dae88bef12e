/**
 * Control groups: the processes of a lab host are those of its group, which tells them exactly, whatever became of the
 * process that started them. See cgroups(7).
 */
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostStuck } from './errors.ts';
import { poll } from './run.ts';

const STOP_LIMIT = { timeoutMs: 10_000, everyMs: 20 };

/** The top folders of the control group hierarchies: one (version 2) or one for each controller (version 1). */
export function cgroupTops(): readonly string[] {
  const top = '/sys/fs/cgroup';
  if (!existsSync(top)) return [];
  if (existsSync(join(top, 'cgroup.procs'))) return [top];
  const tops = readdirSync(top).map((name) => join(top, name));
  return tops.filter((path) => existsSync(join(path, 'cgroup.procs')));
}

/** The names of the groups that begin with a mark. */
export function groupsOf(mark: string): ReadonlySet<string> {
  return new Set(cgroupTops().flatMap((top) => readdirSync(top).filter((name) => name.startsWith(mark))));
}

/** Kills all processes of a group, waits until the last is gone, and removes it. @throws GatError lab/host-stuck */
export async function killGroup(group: string, host: string): Promise<void> {
  const dirs = cgroupTops().map((top) => join(top, group));
  const gone = await poll(async () => {
    const pids = new Set(dirs.flatMap(pidsBelow));
    for (const pid of pids) killProcess(pid);
    return dirs.map(removeGroup).every(Boolean) || undefined;
  }, STOP_LIMIT);
  if (!gone) throw hostStuck(host, group);
}

function pidsBelow(dir: string): readonly number[] {
  if (!existsSync(dir)) return [];
  const own = readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return [...own, ...folders(dir).flatMap(pidsBelow)];
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile; the next look at the group tells
  }
}

/** Removes an empty control group; says false when a process is still in it. */
function removeGroup(dir: string): boolean {
  if (!existsSync(dir)) return true;
  if (!folders(dir).map(removeGroup).every(Boolean)) return false;
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return false;
  }
}

function folders(dir: string): readonly string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
}
