import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { describe, expect, it, test } from 'vitest';
import { register, renderCompletion } from '../../src/cli/completion.ts';
import { withTutorial } from '../lint/tutorial.ts';
import { gatdeploy } from '../support/cli.ts';

function program(): Command {
  const root = new Command('gatdeploy').version('1.0.0');
  const lab = root.command('lab').description("make hosts; don't keep them");
  lab
    .command('up')
    .option('--name <name>', 'which')
    .addOption(new Option('-o, --os <os>').choices(['bookworm', 'trixie']));
  lab.command('down');
  root.command('plan').argument('<stack>').option('--json', 'as JSON');
  root.command('secret', { hidden: true });
  register(root);
  return root;
}

/** Stands in for the program that the script asks. */
const ANSWERS = `command() { shift; [ "$1 $2" = 'complete-words plan' ] && printf '%s\\n' galaxy pulsar "after:\${@: -2:1}"; }`;

/** What bash would offer at the end of these words. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${renderCompletion('bash', program())}
${ANSWERS}
COMP_WORDS=(gatdeploy "$@"); COMP_CWORD=$#; _gatdeploy; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['the commands', [''], ['lab', 'plan', 'completion', 'help']],
    ['those that begin so', ['p'], ['plan']],
    ['the commands below one', ['lab', ''], ['up', 'down', 'help']],
    ['the options of a command', ['lab', 'up', '--'], ['--name', '--os', '--help']],
    ['the few values of an option', ['lab', 'up', '--os', ''], ['bookworm', 'trixie']],
    ['the few values of an argument', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['what the project has', ['plan', 'g'], ['galaxy']],
    ['what the project has behind an option', ['plan', '-l', 'a'], ['after:-l']],
    ['the same where the shell has split it at a sign', ['plan', '--limit', '=', 'a'], ['after:=']],
    ['the few values of an option behind a sign', ['lab', 'up', '--os', '='], ['bookworm', 'trixie']],
    ['file names where it knows nothing', ['lab', 'up', ''], []],
    ['the options of the program', ['-'], ['-V', '--version', '-h', '--help']],
    ['no options of another command', ['plan', '--n'], []],
  ])('offers %s', (_title, words, expected) => expect(offered(...words)).toEqual(expected));
});

describe.each(['zsh', 'fish'] as const)('the script for %s', (shell) => {
  const script = renderCompletion(shell, program());

  it('knows each command and option, and hides the hidden', async () => {
    await expect(script).toMatchFileSnapshot(`./completion.${shell}`);
    expect(script).not.toContain('secret');
  });

  const isHere = spawnSync(shell, ['--version']).status === 0;
  it.runIf(isHere)('is understood by it', () => {
    // From the snapshot: standard input of a child is a socket here, which no shell can open by its path.
    const file = join(import.meta.dirname, `completion.${shell}`);
    const { stderr, status } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});

describe('the words of a project', () => {
  const words = async (...args: readonly string[]) =>
    withTutorial([], async (cwd) => (await gatdeploy(['complete-words', ...args], { cwd })).stdout.split('\n'));

  test.each<[string, readonly string[], readonly string[]]>([
    ['stacks', ['plan', '--', ''], ['galaxy', 'pulsar']],
    ['hosts and groups', ['plan', '--', '-l', ''], ['galaxyservers', 'gat-0.eu.training.galaxyproject.eu']],
    ['hosts behind a sign', ['plan', '--', '--limit', '=', 'gal'], ['galaxyservers']],
    ['hosts right behind a sign', ['plan', '--', '--limit', '='], ['galaxyservers']],
    ['more hosts after a comma', ['plan', '--', '-l', 'all,gal'], ['all,galaxyservers']],
    ["another inventory's hosts", ['plan', '--', '-i', 'one.example.org,', '-l', ''], ['one.example.org']],
    ['hosts', ['hosts trust'], ['gat-0.au.training.galaxyproject.eu']],
    ['variables', ['explain'], ['galaxy_root', 'rabbitmq_users', 'vault_rabbitmq_password_vhost']],
    ['roles', ['roles'], ['galaxyproject.pulsar', 'rabbitmq']],
  ])('are %s', async (_title, args, some) =>
    expect(await words(...args)).toEqual(expect.arrayContaining([...some])),
  );

  test('are the tags of plays, roles and tasks, also in blocks', async () =>
    withTutorial([], async (cwd) => {
      const tasks = '[{file: {path: /x}, tags: b}, {block: [{file: {path: /y}, tags: [c]}]}]';
      writeFileSync(join(cwd, 'tagged.yml'), `- hosts: all\n  tags: a\n  tasks: ${tasks}\n`);
      const { stdout } = await gatdeploy(['complete-words', 'plan', '--', '-t', ''], { cwd });
      expect(stdout.split('\n')).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    }));

  test('are none where there is no project, without a word of complaint', async () =>
    expect(await gatdeploy(['complete-words', 'plan'], { cwd: '/proc' })).toMatchObject({ code: 0, stderr: '' }));

  test('are those of the folder that the line names', async () =>
    withTutorial([], async (folder) => {
      const { stdout } = await gatdeploy(['complete-words', 'plan', '--', '-C', folder, '-l', ''], {
        cwd: '/proc',
      });
      expect(stdout.split('\n')).toContain('galaxyservers');
    }));
});
