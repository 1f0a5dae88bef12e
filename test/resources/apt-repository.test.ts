import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aptRepository } from '../../src/resources/index.ts';
import type { State } from '../../src/resources/kind.ts';

const FOLDER = join(import.meta.dirname, 'apt-repository');
const LINE = 'deb http://packages.example.org/apt  bookworm-prod main';
const repository = aptRepository('cernvm', { lines: [LINE], key: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n' });
const good = repository.kind.desired(repository) as State;

const parse = (stdout: string) =>
  repository.kind.probe.parse(stdout, [{ name: 'cernvm', props: repository.props }]).get('cernvm');

describe('a package source', () => {
  test('names its key where the line does not', () =>
    expect(good.source).toBe(
      'deb [signed-by=/etc/apt/keyrings/cernvm.asc] http://packages.example.org/apt bookworm-prod main',
    ));

  test('keeps the options of its line', () => {
    const one = aptRepository('x', { lines: ['deb [arch=amd64 signed-by=/x.gpg] http://h/apt ./'], key: 'k' });
    expect((one.kind.desired(one) as State).source).toBe('deb [arch=amd64 signed-by=/x.gpg] http://h/apt ./');
  });

  test('is absent where there is no file', () => expect(parse('\n')).toBeUndefined());

  test.each(readdirSync(FOLDER))('is read from %s as it was recorded', (name) =>
    expect(parse(readFileSync(join(FOLDER, name), 'utf8'))).toMatchSnapshot(),
  );

  test('is left behind only once its lists could be fetched', () => {
    const lines = repository.kind
      .apply([{ name: 'cernvm', props: repository.props, keys: new Set(), before: undefined, after: good }])
      .source.split('\n');
    const at = (part: string) => lines.findIndex((line) => line.includes(part));
    expect(at('gd_commit /etc/apt/keyrings/cernvm.asc')).toBeLessThan(at('apt-get update'));
    expect(at('apt-get update')).toBeLessThan(at('gd_commit /etc/apt/sources.list.d/cernvm.list'));
  });

  test('goes with its key', () =>
    expect(
      repository.kind.apply([
        { name: 'cernvm', props: repository.props, keys: new Set(), before: good, after: undefined },
      ]).source,
    ).toBe('rm -f -- /etc/apt/sources.list.d/cernvm.list /etc/apt/keyrings/cernvm.asc'));
});
