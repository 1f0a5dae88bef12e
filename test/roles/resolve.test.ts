import { describe, expect, test } from 'vitest';
import { GatError, Problems } from '../../src/base/errors.ts';
import { roles } from '../../src/roles/index.ts';
import { plannedRoles } from '../../src/roles/planned.ts';
import { resolveRole, resolveRoles } from '../../src/roles/resolve.ts';

const at = (line: number) => ({ file: 'galaxy.yml', line, column: 7 });

/** What a call throws, as a GatError. */
function errorOf(run: () => unknown): GatError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof GatError) return error;
    throw error;
  }
  return undefined;
}

describe('a role of a playbook', () => {
  test.each([
    ['galaxyproject.pulsar', 'pulsar'],
    ['pulsar', 'pulsar'],
    ['galaxyproject.cvmfs', 'cvmfs'],
    ['geerlingguy.pip', 'pip'],
  ])('%s is the native %s', (name, native) => expect(resolveRole({ name, position: at(1) }).name).toBe(native));

  test('that is not native yet is an error with its place, what it does and what to do', () =>
    expect(errorOf(() => resolveRole({ name: 'usegalaxy_eu.tiaas2', position: at(12) }))).toMatchObject({
      code: 'role/unsupported',
      what: 'cannot use the role `usegalaxy_eu.tiaas2`: gatdeploy has no native form of it, and it is not in the project',
      where: [at(12)],
    }));

  test('that nobody knows is another, with the name that may have been meant', () =>
    expect(errorOf(() => resolveRole({ name: 'galaxyproject.pulsr', position: at(3) }))).toMatchObject({
      code: 'role/unknown',
      fix: 'did you mean `galaxyproject.pulsar`?',
    }));

  test.each([
    [
      'geerlingguy.redis',
      'install the roles that the project needs:\n  ansible-galaxy install -p roles -r requirements.yml',
    ],
    [
      'galaxyproject.tiaas2',
      'install the roles that the project needs:\n  ansible-galaxy install -p roles -r requirements.yml',
    ],
    ['someone.certbot', 'did you mean `usegalaxy_eu.certbot`?'],
    ['plsar', 'did you mean `pulsar`?'],
  ])('that is another one than ours is not taken for a slip: %s', (name, fix) =>
    expect(errorOf(() => resolveRole({ name, position: at(3) }))).toMatchObject({ code: 'role/unknown', fix }),
  );

  test('is reported together with all others that cannot be used', () => {
    const uses = ['usegalaxy_eu.tiaas2', 'galaxyproject.pulsar', 'nobody.knows'];
    expect(() => resolveRoles(uses.map((name, index) => ({ name, position: at(index) })))).toThrow(Problems);
  });
});

test('no name stands for two roles', () => {
  const names = [
    ...roles.flatMap((role) => [role.name, ...role.aliases]),
    ...plannedRoles.flatMap((one) => one.aliases),
  ];
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every variable of every role is documented', () => {
  const bare = roles.flatMap((role) =>
    Object.entries(role.vars).flatMap(([name, { doc }]) =>
      /^\S.*[.]$/s.test(doc) ? [] : [`${role.name}: ${name}`],
    ),
  );
  expect(bare).toEqual([]);
});
