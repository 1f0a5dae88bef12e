/** Inventories: real Ansible's answers, case by case. */
import { describe, expect, test } from 'vitest';
import { renderInventory } from '../../src/project/inventory/list.ts';
import { loadProject } from '../../src/project/project.ts';
import { exactExpected, parseExact, recordedCases, withFolder } from './recorded.ts';

const FILES = ['inventories-dev.json', 'inventories-more.json'];

describe.each(FILES)('the inventories of %s list as ansible-inventory lists them', (file) => {
  const expected = exactExpected(file) as Map<string, { list?: unknown; lenient_list?: unknown }>;
  test.each(recordedCases(file).map((one) => [`${one.id} ${one.feature}`, one] as const))(
    '%s',
    async (_title, one) => {
      await withFolder(one.files, async (folder) => {
        const project = await loadProject(folder, { inventory: one.sources ?? [], environment: {} });
        const listed = parseExact([...renderInventory(project, {})].join(''));
        const wanted = expected.get(one.id);
        expect(listed).toEqual(wanted?.list ?? wanted?.lenient_list);
        expect(project.inventory.failures.length > 0).toBe(wanted?.list === undefined);
      });
    },
  );
});
