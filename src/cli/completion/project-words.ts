/** `gatdeploy complete-words`, for completion scripts: what this project has that fits in a place on the command line. */
import { homedir } from 'node:os';
import type { Command } from 'commander';
import type { Task } from '../../project/playbook/types.ts';
import type { Project } from '../../project/project.ts';

/** Adds the command to the program; people have no use for it. */
export function register(program: Command): void {
  program
    .command('complete-words', { hidden: true })
    .argument('<place>', 'the commands so far, such as `hosts trust`')
    .argument('[words...]', 'the words of the line, the one to complete last')
    .action(async (place: string, words: readonly string[]) => {
      const found = await wordsFor(place, read(words)).catch(() => []);
      process.stdout.write(found.map((word) => `${word}\n`).join(''));
    });
}

/** What stands behind these options. */
const HOST_OPTIONS = new Set(['-l', '--limit', '--host']);
const TAG_OPTIONS = new Set(['-t', '--tags', '--skip-tags']);
/** Commands whose arguments are stacks or playbooks. */
const STACKS = /^(?:apply|plan|drift|verify|doctor|lint|graph|why|rollback|history|adopt|lock list|lock break)$/;

/** What a line says of the word to complete: the word before it, what is before its last comma, and which project it is about. */
type Line = {
  readonly before: string;
  readonly head: string;
  readonly folder: string;
  readonly inventory: readonly string[];
};

/** Reads a line as the shells split it: bash makes `--limit=a` three words. */
function read(words: readonly string[]): Line {
  const last = words.at(-1) ?? '';
  const others = words.slice(0, -1).filter((word) => word !== '=');
  const behind = (flags: readonly string[]): readonly string[] =>
    others.flatMap((word, at) =>
      flags.includes(others[at - 1] ?? '') ? [word.replace(/^~(?=\/)/, homedir())] : [],
    );
  return {
    before: others.at(-1) ?? '',
    head: last.slice(0, last.lastIndexOf(',') + 1),
    folder: behind(['-C', '--directory']).at(-1) ?? '.',
    inventory: behind(['-i', '--inventory']),
  };
}

async function wordsFor(place: string, line: Line): Promise<readonly string[]> {
  if (place === 'roles') return roleNames();
  const { loadProject } = await import('../../project/project.ts');
  const { before, head, folder, inventory } = line;
  // Nobody asked for a password or a program to run by pressing a key.
  const given = inventory.length > 0 ? { inventory: [...inventory], cwd: '.' } : {};
  const project = await loadProject(folder, { untrusted: true, ...given });
  if (HOST_OPTIONS.has(before)) return hostsAndGroups(project).map((name) => `${head}${name}`);
  if (TAG_OPTIONS.has(before)) return (await tagsOf(project)).map((tag) => `${head}${tag}`);
  if (before.startsWith('-')) return [];
  if (place === 'hosts trust') return [...project.inventory.hosts.keys()];
  if (place === 'explain') return variableNames(project);
  if (!STACKS.test(place)) return [];
  const { builtInStacks } = await import('../../stack/find-playbook.ts');
  return [...new Set([...project.playbookNames(), ...builtInStacks().keys()])];
}

function hostsAndGroups({ inventory }: Project): readonly string[] {
  return [...inventory.groups.keys(), ...inventory.hosts.keys()];
}

async function roleNames(): Promise<readonly string[]> {
  const { roles } = await import('../../roles/index.ts');
  return [...new Set(roles.flatMap((role) => [role.name, ...role.aliases]))];
}

async function tagsOf(project: Project): Promise<readonly string[]> {
  const { tagsIn } = await import('../../tasks/frame.ts');
  const plays = project.playbookNames().flatMap((name) => project.playbook(name).plays);
  const tagged = plays.flatMap((play) => [
    play,
    ...play.roles,
    ...[...play.preTasks, ...play.tasks, ...play.postTasks].flatMap(withInner),
  ]);
  return [...new Set(tagged.flatMap(({ keywords }) => tagsIn(keywords)))];
}

/** A task, and those of its block. */
function withInner(task: Task): readonly Task[] {
  if (task.kind !== 'block') return [task];
  return [task, ...[...task.block, ...task.rescue, ...task.always].flatMap(withInner)];
}

async function variableNames(project: Project): Promise<readonly string[]> {
  const { shownScope } = await import('../../project/host-variables.ts');
  const hosts = [...project.inventory.hosts.keys()].slice(0, 20);
  const names = hosts.flatMap((host) => [...shownScope(project, host, {}).names()]);
  return [...new Set(names)].filter((name) => /^\w+$/.test(name)).sort();
}
