import { describe, expect, test } from 'vitest';
import type { CommonProps, Resource } from '../../src/resources/index.ts';
import { user } from '../../src/resources/index.ts';

const observed = (resource: Resource, stdout: string) =>
  resource.kind.probe.parse(stdout, [{ name: resource.name, props: resource.props as CommonProps }]).get('u');

const command = (resource: Resource, before: object | undefined, after: object | undefined) =>
  resource.kind.apply([
    {
      name: resource.name,
      props: resource.props,
      keys: new Set<string>(),
      before: before as never,
      after: after as never,
    },
  ]).source;

const FOUND = 'u:x:1:2:c:/home/u:/bin/sh\n@shadow\nu:21915\n@groups\nu u adm games\n';

describe('a user', () => {
  test('is read with the groups that it should be in and those that it should not', () => {
    expect(observed(user('u', { groups: ['adm', 'sudo'], onlyGroups: true }), FOUND)).toMatchObject({
      missingGroups: 'sudo',
      otherGroups: 'games',
      expires: '2030-01-01',
    });
  });

  test('wants to be in no other group only where that is asked for', () => {
    const { kind, ...some } = user('u', { groups: ['adm'] });
    expect(kind.desired({ kind, ...some })).toEqual({ missingGroups: '' });
    const only = user('u', { groups: ['adm'], onlyGroups: true });
    expect(only.kind.desired(only)).toEqual({ missingGroups: '', otherGroups: '' });
  });

  test.each([
    ['joins groups', user('u', { groups: ['adm'] }), 'usermod -a -G adm -- u'],
    ['is in these groups only', user('u', { groups: ['adm'], onlyGroups: true }), 'usermod  -G adm -- u'],
    ['ends', user('u', { expires: '2030-01-01' }), 'usermod -e 2030-01-01 -- u'],
    ['never ends', user('u', { expires: 'never' }), "usermod -e '' -- u"],
  ])('%s', (_title, resource, wanted) => {
    expect(command(resource, {}, {})).toContain(wanted);
  });

  test('goes with its home only when that is asked for', () => {
    expect(command(user('u', { absent: true }), {}, undefined)).toContain('userdel -- u');
    expect(command(user('u', { absent: true, removeHome: true }), {}, undefined)).toContain('userdel -r -- u');
  });
});
