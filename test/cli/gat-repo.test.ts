import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
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

  test('is asked only for the places of packages that Debian lacks', async () =>
    await expect(declareOffline(repository, ['galaxy', 'pulsar'])).rejects.toMatchObject({
      errors: [
        expect.objectContaining({ what: expect.stringContaining('`miniconda_installer_url` is not defined') }),
        expect.objectContaining({ what: expect.stringContaining('`cvmfs_apt_repository` is not defined') }),
        expect.objectContaining({ what: expect.stringContaining('`cvmfs_apt_repository` is not defined') }),
      ],
    }));
});
