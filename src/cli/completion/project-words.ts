/** `gatdeploy complete-words`, for completion scripts: what this project has that fits in a place on the command line. */
import type { Command } from 'commander';
import type { Project } from '../../project/project.ts';

/** Adds the command to the program; people have no use for it. */
export function register(program: Command): void {
  program
    .command('complete-words', { hidden: true })
    .argument('<place>', 'the commands so far, such as `hosts trust`')
    .argument('[before]', 'the word before the one to complete')
    .action(async (place: string, before = '') => {
      const words = await wordsFor(place, before).catch(() => []);
      process.stdout.write(words.map((word) => `${word}\n`).join(''));
    });
}

/** What stands behind these options. */
const HOST_OPTIONS = new Set(['-l', '--limit', '--host']);
const TAG_OPTIONS = new Set(['-t', '--tags', '--skip-tags']);
/** Commands whose arguments are stacks or playbooks. */
const STACKS = /^(?:apply|plan|drift|verify|doctor|lint|graph|why|rollback|history|adopt|lock list|lock break)$/;

async function wordsFor(place: string, before: string): Promise<readonly string[]> {
  if (place === 'roles') return roleNames();
  const { loadProject } = await import('../../project/project.ts');
  // Nobody asked for a password or a program to run by pressing a key.
  const project = await loadProject('.', { untrusted: true });
  if (HOST_OPTIONS.has(before)) return [...project.inventory.groups.keys(), ...project.inventory.hosts.keys()];
  if (TAG_OPTIONS.has(before)) return tagsOf(project);
  if (before.startsWith('-')) return [];
  if (place === 'hosts trust') return [...project.inventory.hosts.keys()];
  if (place === 'explain') return variableNames(project);
  if (!STACKS.test(place)) return [];
  const { builtInStacks } = await import('../../stack/stack.ts');
  return [...new Set([...project.playbookNames(), ...builtInStacks().keys()])];
}

async function roleNames(): Promise<readonly string[]> {
  const { roles } = await import('../../roles/index.ts');
  return [...new Set(roles.flatMap((role) => [role.name, ...role.aliases]))];
}

async function tagsOf(project: Project): Promise<readonly string[]> {
  const { tagsIn } = await import('../../tasks/frame.ts');
  const tags = project
    .playbookNames()
    .flatMap((name) =>
      project
        .playbook(name)
        .plays.flatMap((play) => [
          ...tagsIn(play.keywords),
          ...play.roles.flatMap((entry) => tagsIn(entry.keywords)),
        ]),
    );
  return [...new Set(tags)];
}

async function variableNames(project: Project): Promise<readonly string[]> {
  const { shownScope } = await import('../../project/host-variables.ts');
  const hosts = [...project.inventory.hosts.keys()].slice(0, 20);
  const names = hosts.flatMap((host) => [...shownScope(project, host, {}).names()]);
  return [...new Set(names)].filter((name) => /^\w+$/.test(name)).sort();
}
