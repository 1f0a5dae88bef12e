import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';
import { declareOffline } from '../support/offline.ts';

const repository = fileURLToPath(new URL('../fixtures/gat-repo', import.meta.url));

/** What no repository of Ansible's says: where packages come from that Debian does not have. */
const places = [
  'cvmfs_apt_repository=https://mirror.example.org/cvmfs',
  'miniconda_installer_url=https://mirror.example.org/conda',
];

describe('an unchanged repository of the training', () => {
  test.each([
    ['bookworm', '12'],
    ['trixie', '13'],
  ])('is read and declared as a whole for %s', async (codename, version) =>
    expect(
      await declareOffline(repository, ['galaxy', 'pulsar'], { extraVars: places, facts: { codename, version } }),
    ).toMatchSnapshot(),
  );

  test('is declared as it is; where packages that Debian lacks come from is the one thing that it is told to add', async () => {
    const args = ['plan', 'galaxy', 'pulsar', '--offline', '--no-lint', '--plain'];
    const { code, stdout, stderr } = await gatdeploy(args, { cwd: repository });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('command[conda in ');
    const missing = [...stderr.matchAll(/; set (\w+_(?:repository|url)) /g)].map(([, name]) => name);
    expect(new Set(missing)).toEqual(new Set(['cvmfs_apt_repository', 'miniconda_installer_url']));
  });
});
