/** A Debian package: what the host says of it, and what takes it away. */
import { describe, expect, test } from 'vitest';
import { type AptPackageProps, aptPackage } from '../../src/resources/apt-package.ts';
import type { CommonProps } from '../../src/resources/kind.ts';

const gone = (props: AptPackageProps) => aptPackage('nginx', { absent: true, ...props });

describe('a package that is to be gone', () => {
  test.each<[string, AptPackageProps, string, boolean]>([
    ['is there while it is installed', {}, 'nginx installed 1.22', true],
    ['is gone when only its configuration is left', {}, 'nginx config-files 1.22', false],
    ['is there while its configuration is, which is to go too', { purge: true }, 'nginx config-files 1.22', true],
    ['is gone when dpkg knows nothing of it', { purge: true }, '', false],
  ])('%s', (_title, props, stdout, isThere) => {
    const { kind, name, props: own } = gone(props);
    const observed = kind.probe.parse(stdout, [{ name, props: own as CommonProps }]);
    expect(observed.has(name)).toBe(isThere);
  });

  test.each<[AptPackageProps, RegExp]>([
    [{}, /apt-get remove '?-y'? .* -- '?nginx'?$/m],
    [{ purge: true }, /apt-get remove .* '?--purge'? '?--'? '?nginx'?$/m],
    [{ autoremove: true }, /apt-get remove .* '?--auto-remove'? '?--'? '?nginx'?$/m],
    [{ purge: true, autoremove: true }, /'?--purge'? '?--auto-remove'? '?--'? '?nginx'?$/m],
  ])('is taken away: %j', (props, command) => {
    const { kind, name, props: own } = gone(props);
    const change = { name, props: own as CommonProps, keys: new Set<string>(), before: {}, after: undefined };
    expect(kind.apply([change]).source).toMatch(command);
  });
});
