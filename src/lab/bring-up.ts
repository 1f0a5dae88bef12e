/** The steps by which a lab comes to be; each can be done again over whatever an earlier, killed run has left. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCas, settleScript } from './acme.ts';
import { hostBroken, otherOs } from './errors.ts';
import { hostProcess, startHost, waitForHost } from './host.ts';
import { acmeImageName, ensureAcmeImage, ensureBaseImage, type Progress } from './image.ts';
import { writeControllerFiles } from './inventory.ts';
import { uplinkMtu } from './machine.ts';
import { ensureNetwork } from './network.ts';
import { ensureHostKeys, ensureLabKey, knownHostsLines } from './seed.ts';
import { runOnHost } from './ssh.ts';
import {
  ACME,
  addressOf,
  cachePaths,
  type LabRecord,
  labPaths,
  type Os,
  readRecord,
  writeRecord,
  writeWhole,
} from './store.ts';

export type LabWish = { readonly name: string; readonly hosts: readonly string[]; readonly os: Os | undefined };

/** Prepares what hosts stand on: image, network, record, keys. Hosts that the lab has already stay in it. */
export async function prepareLab(wish: LabWish, progress: Progress): Promise<LabRecord> {
  process.umask(0o022); // a layer's folder hides the mode of the one below it: none may depend on the caller's umask
  const before = readRecord(wish.name);
  if (before && wish.os && before.os !== wish.os) throw otherOs(wish.name, before.os, wish.os);
  const os = before?.os ?? wish.os ?? 'bookworm';
  const { dir, tag } = labPaths(wish.name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kept = (name: string | undefined) =>
    name && existsSync(join(cachePaths(os).images, name)) ? name : undefined;
  const image = kept(before?.image) ?? (await ensureBaseImage(os, progress));
  const record: LabRecord = {
    version: 1,
    name: wish.name,
    os,
    index: await ensureNetwork(tag, before?.index),
    image,
    acmeImage: kept(before?.acmeImage) ?? acmeImageName(os, image),
    hosts: [...new Set([...(before?.hosts ?? []), ...wish.hosts])],
  };
  writeRecord(record);
  await ensureLabKey(record.name);
  await Promise.all([...record.hosts, ACME].map((host) => ensureHostKeys(record.name, host)));
  writeWhole(
    labPaths(record.name).knownHosts,
    knownHostsLines(record)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return record;
}

/** Starts a host unless it runs, and waits until it answers. @throws GatError lab/host-not-ready */
export async function ensureRunning(record: LabRecord, host: string, progress: Progress): Promise<void> {
  if (host === ACME) await ensureAcmeImage(record, progress);
  const started = Date.now();
  const isNew = !hostProcess(record.name, host);
  if (isNew) await startHost(record, host, await uplinkMtu());
  await waitForHost(record, host);
  const took = isNew ? `started in ${((Date.now() - started) / 1000).toFixed(1)} s` : 'runs already';
  progress(`host ${host} ${addressOf(record, host)}: ${took}`);
}

/** Tells the hosts each other's names and the lab's CAs, and writes the files for the controller. */
export async function settle(record: LabRecord, hosts: readonly string[]): Promise<void> {
  const cas = await readCas(record);
  writeControllerFiles(record, cas);
  const script = settleScript(record, cas);
  await Promise.all(
    hosts.map(async (host) => {
      const { code, stderr } = await runOnHost(record, host, 'root', script);
      if (code !== 0) throw hostBroken(record.name, host, stderr);
    }),
  );
}
