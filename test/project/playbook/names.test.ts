/** Names in playbooks that are templates, and patterns that could take for ever. */
import { describe, expect, test } from 'vitest';
import { GatError } from '../../../src/base/errors.ts';
import { loadProject } from '../../../src/project/project.ts';
import { playHosts } from '../../../src/project/scope.ts';
import { withFolder } from '../recorded.ts';

const options = { inventory: ['hosts'], environment: {} };

describe('templates in the names of a playbook', () => {
  test('an imported playbook may be named by variables of the command line and of the import', async () => {
    const files = {
      hosts: 'h1\n',
      'site.yml': '- import_playbook: "{{ kind }}-{{ part }}.yml"\n  vars: {part: x}\n',
      'dev-x.yml': '- hosts: all\n',
    };
    await withFolder(files, async (folder) => {
      const project = await loadProject(folder, { ...options, extraVars: ['kind=dev'], playbook: 'site.yml' });
      expect(project.playbook('site.yml').plays).toHaveLength(1);
    });
  });

  test('hosts knows the variables of its play', async () => {
    const files = { hosts: 'h1\nh2\nh3\n', 'site.yml': '- hosts: [h1, "{{ other }}"]\n  vars: {other: h3}\n' };
    await withFolder(files, async (folder) => {
      const project = await loadProject(folder, options);
      const [play] = project.playbook('site.yml').plays;
      expect(play && playHosts(project, play)).toEqual(['h1', 'h3']);
    });
  });

  test('a pattern whose matching explodes is an error, not a hang', async () => {
    await withFolder({ hosts: `${'a'.repeat(40)}\n` }, async (folder) => {
      const { inventory } = await loadProject(folder, options);
      expect(() => inventory.select('~(a+)+b$')).toThrow(GatError);
    });
  });
});
