import { expect, test } from 'vitest';
import { lintNames } from '../../src/lint/lint.ts';
import { loadProject } from '../../src/project/project.ts';
import { append, type Patch, withTutorial } from './tutorial.ts';

const NAME = 'gat-0.eu.training.galaxyproject.eu';
const address = append(`host_vars/${NAME}.yml`, 'ansible_host: 203.0.113.5');

test.each<[string, readonly Patch[], readonly string[] | undefined, readonly string[]]>([
  ['that nobody knows is an error', [], [], ['L28 E']],
  ['that leads to the host is right', [address], ['203.0.113.5', '2001:db8::5'], []],
  ['that leads elsewhere is a warning', [address], ['198.51.100.7'], ['L28 W']],
  ['of a host that is reached by its name is taken as it is', [], ['198.51.100.7'], []],
  ['is not judged where no name server answers', [address], undefined, []],
])('a name %s', async (_title, patches, answer, expected) => {
  const findings = await withTutorial(patches, async (folder) => {
    const project = await loadProject(folder, { environment: {} });
    return lintNames(project, project.playbook('galaxy').plays, (name) =>
      Promise.resolve(name === NAME ? answer : undefined),
    );
  });
  expect(findings.map(({ rule, severity }) => `${rule.id} ${severity}`)).toEqual(expected);
});
