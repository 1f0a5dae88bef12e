import { afterAll, beforeAll, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { aptPackage, type Resource } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { runOn } from '../support/faults/world.ts';

const REPOSITORY = '/srv/gd-packages';
let host: LabHostUnderTest;

/** Small packages of our own: one asks a question, one is slow to configure, one can only be configured at the second try. */
const build = sh`set -e
rm -rf ${REPOSITORY}; mkdir -p ${REPOSITORY}; cd ${REPOSITORY}
make() { # NAME DEPENDS POSTINST
  mkdir -p "build/$1/DEBIAN" "build/$1/etc"; echo default >"build/$1/etc/$1.conf"
  printf 'Package: %s\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: a test <test@lab.test>\\nDepends: %s\\nDescription: for fault tests\\n' "$1" "$2" >"build/$1/DEBIAN/control"
  echo "/etc/$1.conf" >"build/$1/DEBIAN/conffiles"
  printf '#!/bin/sh\\nset -e\\n%s\\n' "$3" >"build/$1/DEBIAN/postinst"; chmod 755 "build/$1/DEBIAN/postinst"
}
make gd-asks debconf '. /usr/share/debconf/confmodule; db_version 2.0; db_input critical gd-asks/which || true; db_go || true; db_get gd-asks/which; echo "$RET" >/etc/gd-asks.answer'
printf 'Template: gd-asks/which\\nType: string\\nDefault: the default\\nDescription: Which one?\\n' >build/gd-asks/DEBIAN/templates
make gd-slow dash 'sleep 4'
make gd-half dash 'test -e /etc/gd-half.ready'
make gd-plain dash 'true'
for name in gd-asks gd-slow gd-half gd-plain; do
  dpkg-deb -b "build/$name" "$name.deb" >/dev/null
  dpkg-deb -f "$name.deb" >>Packages
  printf 'Filename: ./%s.deb\\nSize: %s\\nSHA256: %s\\n\\n' "$name" "$(stat -c %s "$name.deb")" "$(sha256sum <"$name.deb" | cut -d' ' -f1)" >>Packages
done
echo ${`deb [trusted=yes] file:${REPOSITORY} ./`} >/etc/apt/sources.list.d/gd-faults.list
apt-get update -q >/dev/null 2>&1
mkdir -p /var/lib/gatdeploy; touch /var/lib/gatdeploy/apt-updated`;
const removeAll = sh`touch /etc/gd-half.ready; dpkg --configure -a >/dev/null 2>&1
dpkg --purge gd-asks gd-slow gd-half gd-plain 2>/dev/null
rm -rf ${REPOSITORY} /etc/apt/sources.list.d/gd-faults.list /etc/gd-half.ready /etc/gd-asks.answer`;

beforeAll(async () => {
  host = await openLabHost('faults-packages');
  await host.run(removeAll);
  expect(await host.run(build)).toBe('');
});
afterAll(async () => {
  await host.run(removeAll);
  await host.end();
});

async function failureOf(resources: readonly Resource[]): Promise<string> {
  const { outcome } = await runOn(host.reach, resources);
  const failed = [...(outcome?.results.values() ?? [])].find(({ status }) => status === 'failed');
  return failed?.error?.why ?? 'nothing failed';
}
const status = (name: string) => host.run(sh`dpkg-query -W -f '\${db:Status-Status}' ${name}`);

test('a package that asks a question gets its default, and nobody waits', async () => {
  expect(await failureOf([aptPackage('gd-asks', {})])).toBe('nothing failed');
  expect(await host.run(sh`cat /etc/gd-asks.answer`)).toBe('the default\n');
});

test('an installation by somebody else is waited for', async () => {
  const other = host.run(sh`apt-get install -y -q gd-slow >/dev/null 2>&1; date +%s%N`);
  await host.run(
    sh`for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do test "$(dpkg-query -W -f '\${db:Status-Status}' gd-slow 2>/dev/null)" = half-configured && break; sleep 0.2; done`,
  );
  expect(await failureOf([aptPackage('gd-plain', {})])).toBe('nothing failed');
  const ended = await host.run(sh`stat -c %Y /var/lib/dpkg/info/gd-plain.list`);
  expect(Number(ended)).toBeGreaterThanOrEqual(Math.floor(Number(await other) / 1e9) - 1);
  expect(await status('gd-slow')).toBe('installed');
});

test('what an installation that was cut off left half configured is finished first', async () => {
  await host.run(sh`dpkg --purge gd-plain gd-slow; dpkg -i ${`${REPOSITORY}/gd-half.deb`}; true`);
  expect(await status('gd-half')).toBe('half-configured');
  expect(await failureOf([aptPackage('gd-plain', {})])).toContain('gd-half');
  await host.run(sh`touch /etc/gd-half.ready`);
  expect(await failureOf([aptPackage('gd-plain', {})])).toBe('nothing failed');
  expect([await status('gd-half'), await status('gd-plain')]).toEqual(['installed', 'installed']);
});

test('an installation that is killed midway is finished by the next run', async () => {
  await host.run(sh`dpkg --purge gd-slow`);
  const run = failureOf([aptPackage('gd-slow', {})]);
  await host.run(sh`for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
test "$(dpkg-query -W -f '\${db:Status-Status}' gd-slow 2>/dev/null)" = half-configured && break; sleep 0.2; done
for id in /proc/[0-9]*; do case $(tr '\\0' ' ' <"$id/cmdline" 2>/dev/null) in *apt-get*gd-slow* | *dpkg*configure* | *gd-slow.postinst*) kill -9 "\${id#/proc/}";; esac; done`);
  expect(await run).not.toBe('nothing failed');
  expect(await status('gd-slow')).not.toBe('installed');
  expect(await failureOf([aptPackage('gd-slow', {})])).toBe('nothing failed');
  expect(await status('gd-slow')).toBe('installed');
});
