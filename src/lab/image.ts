/** Images in the cache: a minimal Debian per release, and a layer over it with the test certificate authority. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { keepLists } from './apt-cache.ts';
import { filesDigest, labFiles } from './files.ts';
import { withLock } from './lock.ts';
import { aptOptions, debianMirrors, extraCas, resolvConf } from './machine.ts';
import { run, runBound } from './run.ts';
import { cachePaths, hash, type LabRecord, labRoot, type Os, writeWhole } from './store.ts';

/** A bare Debian host as clouds give it, without Python; sudo for the users, curl to ask services. */
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo'],
  ...['iproute2', 'ca-certificates', 'curl'],
];

export type Progress = (line: string) => void;

/** Makes the base image unless it is there, and returns its name. */
export async function ensureBaseImage(os: Os, progress: Progress): Promise<string> {
  const options = await aptOptions();
  const recipe = [os, PACKAGES, debianMirrors(), options, extraCas(), filesDigest('base')];
  const name = `base-${os}-${hash(JSON.stringify(recipe)).slice(0, 10)}`;
  await ensureImage(name, os, progress, async (dir) => {
    await debootstrap(os, dir, options);
    keepLists(os, join(dir, 'var/lib/apt/lists'));
    await customize(os, dir, options);
  });
  return name;
}

/** The name of the acme host's layer over a base image. */
export function acmeImageName(os: Os, base: string): string {
  const recipe = [base, filesDigest('acme'), filesDigest('cvmfs-standin')];
  return `acme-${os}-${hash(JSON.stringify(recipe)).slice(0, 10)}`;
}

/** Makes the layer of the acme host over a base image unless it is there. */
export async function ensureAcmeImage({ os, image, acmeImage }: LabRecord, progress: Progress): Promise<void> {
  await ensureImage(acmeImage, os, progress, async (dir) => {
    const { images } = cachePaths(os);
    writeWhole(join(dir, 'resolv.conf'), resolvConf());
    const script = labFiles('acme/build-layer.sh');
    await runBound(['bash', script, join(images, image), dir, labFiles()]);
  });
}

/** Builds aside and renames, so that an image is whole or not there; a killed build is thrown away by the next. */
async function ensureImage(name: string, os: Os, progress: Progress, build: (dir: string) => Promise<void>) {
  const { images } = cachePaths(os);
  const image = join(images, name);
  if (existsSync(image)) return;
  const wait = () => progress(`image ${name}: another process is building it`);
  const make = async () => {
    if (existsSync(image)) return;
    const started = Date.now();
    progress(`image ${name}: building (once; it is kept)`);
    const unfinished = `${image}.new`;
    await run(['rm', '-rf', '--one-file-system', unfinished]);
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    await build(unfinished);
    renameSync(unfinished, image);
    progress(`image ${name}: built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  };
  await withLock(join(labRoot(), '_locks', name), make, wait);
}

function sources(os: Os): readonly string[] {
  const { main, security } = debianMirrors();
  return [`deb ${main} ${os} main`, `deb ${main} ${os}-updates main`, `deb ${security} ${os}-security main`];
}

async function debootstrap(os: Os, dir: string, options: string): Promise<void> {
  const aptopt = options.split('\n').filter(Boolean);
  await runBound([
    ...['mmdebstrap', '--quiet', '--variant=minbase', '--format=directory', '--skip=cleanup/apt/lists'],
    ...aptopt.map((option) => `--aptopt=${option.replace(/;$/, '')}`),
    `--include=${PACKAGES.join(',')}`,
    ...[os, dir, ...sources(os)],
  ]);
}

/** Adds users, trust and the package managers' settings; what belongs to one host only is in its seed. */
async function customize(os: Os, dir: string, options: string): Promise<void> {
  for (const { name, pem } of extraCas()) writeWhole(join(dir, 'usr/local/share/ca-certificates', name), pem);
  writeWhole(
    join(dir, 'etc/apt/sources.list'),
    sources(os)
      .map((line) => `${line}\n`)
      .join(''),
  );
  writeWhole(join(dir, 'etc/apt/apt.conf.d/91machine'), options);
  await run(['cp', '-R', '--preserve=mode', `${labFiles('base/files')}/.`, dir]);
  await runBound(['chroot', dir, 'sh', '-eus'], await run(['cat', labFiles('base/customize.sh')]));
}
