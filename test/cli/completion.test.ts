import { spawnSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { describe, expect, it, test } from 'vitest';
import { register, renderCompletion } from '../../src/cli/completion.ts';

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

/** What bash would offer at the end of these words. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${renderCompletion('bash', program())}
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
    ['file names where it knows nothing', ['plan', ''], []],
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
    const { stderr, status } = spawnSync(shell, ['-n', '/dev/stdin'], { input: script, encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});
