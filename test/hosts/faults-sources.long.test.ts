/** F23, F25: sources of packages that fail in each way that a web server knows, and packages whose scripts start their service at once. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { aptPackage, aptRepository, file, type Resource, service } from '../../src/resources/index.ts';
import { type LabHostUnderTest, openLabHost } from '../support/faults/lab-host.ts';
import { runOn } from '../support/faults/world.ts';

const UNIT = 'gd-served.service';
let host: LabHostUnderTest;
let server: Server;
let base = '';
let folder = '';
/** What the server has under its paths. */
const served = new Map<string, Buffer>();

/** A package whose script starts its service as soon as it is unpacked, with the file that it brings. */
const build = sh`set -e
rm -rf /srv/gd-served; mkdir -p /srv/gd-served/p/DEBIAN /srv/gd-served/p/etc /srv/gd-served/p/lib/systemd/system; cd /srv/gd-served
printf 'Package: gd-served\nVersion: 1.0\nArchitecture: all\nMaintainer: a test <test@lab.test>\nDescription: for fault tests\n' >p/DEBIAN/control
echo of the package >p/etc/gd-served.conf
printf "[Service]\nExecStart=/bin/sh -c 'cat /etc/gd-served.conf >>/run/gd-served.loaded; exec sleep infinity'\n[Install]\nWantedBy=multi-user.target\n" >p/lib/systemd/system/${UNIT}
printf '#!/bin/sh\nset -e\ndeb-systemd-helper enable ${UNIT} >/dev/null || true\nsystemctl daemon-reload\ndeb-systemd-invoke start ${UNIT} >/dev/null\n' >p/DEBIAN/postinst
printf '#!/bin/sh\nset -e\ndeb-systemd-invoke stop ${UNIT} >/dev/null\n' >p/DEBIAN/prerm
chmod 755 p/DEBIAN/*t p/DEBIAN/prerm; echo /etc/gd-served.conf >p/DEBIAN/conffiles
dpkg-deb -b p gd-served.deb >/dev/null; base64 -w0 gd-served.deb`;
const cleanUp = sh`dpkg --purge gd-served >/dev/null 2>&1
rm -rf /srv/gd-served /run/gd-served.loaded /etc/gd-served.conf /var/lib/gatdeploy /var/lib/apt/lists/*gd-served* /var/lib/apt/lists/partial/*
rm -f /etc/apt/sources.list.d/gd-* /etc/apt/keyrings/gd-* /var/cache/apt/archives/gd-served*; true`;

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const [, status] = /^\/(\d{3})\//.exec(url) ?? [];
  const body = served.get(url);
  if (status !== undefined) response.writeHead(Number(status)).end('no');
  else if (url.startsWith('/slow/')) {
    response.writeHead(200, { 'content-length': 1_000_000 });
    const drip = setInterval(() => response.write('x'), 500);
    response.on('close', () => clearInterval(drip));
  } else if (body) response.end(body);
  else response.writeHead(404).end();
}

beforeAll(async () => {
  host = await openLabHost('faults-sources');
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-sources-'));
  await host.run(cleanUp);
  server = createServer(answer).listen(0, '0.0.0.0');
  await once(server, 'listening');
  const gateway = (await host.run(sh`ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'`)).trim();
  base = `http://${gateway}:${(server.address() as AddressInfo).port}`;
  const deb = Buffer.from((await host.run(build)).trim(), 'base64');
  const sum = (await host.run(sh`sha256sum </srv/gd-served/gd-served.deb | cut -d' ' -f1`)).trim();
  const control = await host.run(sh`dpkg-deb -f /srv/gd-served/gd-served.deb`);
  const index = Buffer.from(
    `${control.trim()}\nFilename: ./gd-served.deb\nSize: ${deb.length}\nSHA256: ${sum}\n\n`,
  );
  served.set('/good/./Packages', index).set('/good/./gd-served.deb', deb);
  served.set('/tampered/./Packages', index).set('/tampered/./gd-served.deb', Buffer.alloc(deb.length, 'x'));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await host.run(cleanUp);
  rmSync(folder, { recursive: true, force: true });
  await host.end();
});

async function errorOf(resources: readonly Resource[]) {
  const { outcome } = await runOn(host.reach, resources);
  return [...(outcome?.results.values() ?? [])].find(({ status }) => status === 'failed')?.error;
}
const trusted = (path: string) => `deb [trusted=yes] ${base}/${path}/ ./`;
const left = sh`ls -A /etc/apt/sources.list.d /etc/apt/keyrings /var/lib/apt/lists/partial | grep gd- | grep -v gd-good || true`;

describe('a source', () => {
  test.each<[string, number, RegExp]>([
    ['whose repository is gone', 404, /404 +Not Found/],
    ['whose host wants money', 402, /402 +Payment Required/],
    ['whose host is broken', 500, /500 +Internal Server Error/],
  ])('%s is a clear error, and is not left behind', async (_title, status, why) => {
    const error = await errorOf([aptRepository('gd-bad', { lines: [trusted(String(status))] })]);
    expect(error).toMatchObject({ code: 'apply/failed', why: expect.stringMatching(why) });
    expect(await host.run(left)).toBe('');
  });

  test('that sends a byte now and then is given up at its limit, and holds up no other installation', async () => {
    const slow = aptRepository('gd-slow', { lines: [trusted('slow')], limitSeconds: 5 });
    expect(await errorOf([slow])).toMatchObject({ code: 'apply/time-limit' });
    expect(await host.run(left)).toBe('');
    expect(await errorOf([aptRepository('gd-good', { lines: [trusted('good')] })])).toBeUndefined();
  });

  test.skipIf(spawnSync('gpg', ['--version']).status !== 0)(
    'whose key has expired is a clear error, and is not left behind',
    async () => {
      const gpg = (...args: readonly string[]) =>
        spawnSync('gpg', [
          '--homedir',
          folder,
          '--batch',
          '--yes',
          '--faked-system-time',
          '20250101T000000',
          ...args,
        ]);
      gpg('--passphrase', '', '--quick-gen-key', 'expired@lab.test', 'rsa2048', 'sign', '1d');
      const key = gpg('--armor', '--export').stdout.toString();
      writeFileSync(join(folder, 'Release'), 'Date: Wed, 01 Jan 2025 00:00:00 UTC\nSHA256:\n');
      gpg('--clearsign', '-o', join(folder, 'InRelease'), join(folder, 'Release'));
      served.set('/expired/./InRelease', readFileSync(join(folder, 'InRelease')));
      const error = await errorOf([aptRepository('gd-key', { lines: [`deb ${base}/expired/ ./`], key })]);
      expect(error).toMatchObject({ code: 'apply/failed', why: expect.stringMatching(/EXPKEYSIG|expired/i) });
      expect(await host.run(left)).toBe('');
    },
  );

  test('whose package is not the one that its index names installs nothing', async () => {
    const source = aptRepository('gd-tampered', { lines: [trusted('tampered')] });
    await host.run(sh`rm -f /etc/apt/sources.list.d/gd-good.list`);
    const error = await errorOf([source, aptPackage('gd-served', { after: [source] })]);
    expect(error?.why).toMatch(/Hash Sum mismatch/);
    expect(await host.run(sh`dpkg-query -W gd-served 2>&1; ls /run/gd-served.loaded 2>&1`)).toMatch(
      /no packages[\s\S]*No such file/,
    );
    await host.run(sh`rm -f /etc/apt/sources.list.d/gd-tampered.list`);
  });
});

describe('a package that starts its service before its configuration is there', () => {
  const stack = (holdUnits: readonly string[]): readonly Resource[] => {
    const source = aptRepository('gd-good', { lines: [trusted('good')] });
    const own = aptPackage('gd-served', { after: [source], holdUnits });
    const conf = file('/etc/gd-served.conf', { content: 'of ours\n', after: [own] });
    return [source, own, conf, service(UNIT, { loads: [own, conf], after: [own] })];
  };
  test.each<[string, readonly string[], string]>([
    ['is kept from that where its unit is held', [UNIT], 'of ours\n'],
    ['is restarted with ours where nobody holds it', [], 'of the package\nof ours\n'],
  ])('%s', async (_title, held, loaded) => {
    await host.run(cleanUp);
    expect(await errorOf(stack(held))).toBeUndefined();
    expect(
      await host.run(sh`cat /run/gd-served.loaded; systemctl is-active ${UNIT}; systemctl is-enabled ${UNIT}`),
    ).toBe(`${loaded}active\nenabled\n`);
    const { plan } = await runOn(host.reach, stack(held), { planOnly: true });
    expect(plan.entries.filter(({ status }) => status !== 'same')).toEqual([]);
  });
});
