/** Errors of the lab; each says what to do instead. */
import { didYouMean } from '../base/did-you-mean.ts';
import { GatError } from '../base/errors.ts';

/** The machine's operating system has no systemd-nspawn. */
export const notLinux = (platform: string): GatError =>
  new GatError({
    code: 'lab/not-linux',
    what: `cannot run a lab on ${platform}`,
    why: 'lab hosts are systemd-nspawn containers, which only Linux has',
    fix: 'use a Debian 12 virtual machine, or write an inventory of real hosts: gatdeploy apply galaxy -i inventory',
  });

/** Mounts, bridges and containers belong to root. */
export const notRoot = (): GatError =>
  new GatError({
    code: 'lab/not-root',
    what: 'cannot run a lab as an ordinary user',
    why: 'containers, mounts and the network bridge belong to root',
    fix: 'sudo gatdeploy lab up',
  });

/** Programs that the lab calls are not installed. */
export const missingTools = (tools: readonly string[], packages: readonly string[]): GatError =>
  new GatError({
    code: 'lab/missing-tools',
    what: `cannot run a lab without ${tools.join(', ')}`,
    why: 'the lab builds hosts with the machine’s own tools and installs nothing on it by itself',
    fix: `apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  });

/** The kernel's control groups can't be used, so that hosts could not be told apart or stopped. */
export const noCgroup = (path: string): GatError =>
  new GatError({
    code: 'lab/no-cgroup',
    what: `cannot run a lab: ${path} can't be written`,
    why: 'each lab host has a control group of its own; inside most containers that is forbidden',
    fix: 'use a virtual machine, or a container with --privileged',
  });

/** Every nameserver of the machine listens on its own loopback, which a lab host can't reach. */
export const noResolver = (files: readonly string[]): GatError =>
  new GatError({
    code: 'lab/no-resolver',
    what: 'cannot tell which nameserver lab hosts should ask',
    why: `${files.join(' and ')} name none but loopback addresses`,
    fix: 'add the network’s nameserver to /etc/resolv.conf',
  });

/** The machine has no package source to make hosts from. */
export const noMirror = (): GatError =>
  new GatError({
    code: 'lab/no-mirror',
    what: 'cannot tell which Debian mirror lab hosts should be made from',
    why: 'no file in /etc/apt names one for bookworm or trixie',
    fix: 'add a line "deb URL bookworm main" to /etc/apt/sources.list',
  });

/** A name of a lab or host that can't be used. */
export const badName = (kind: 'lab' | 'host', name: string): GatError =>
  new GatError({
    code: 'lab/bad-name',
    what: `cannot name a ${kind} \`${name}\``,
    why:
      name === 'acme'
        ? 'every lab has a host acme already: its certificate authority'
        : 'a name has lower-case letters, digits and hyphens, begins with a letter and is no longer than 20 characters',
    fix: kind === 'lab' ? 'gatdeploy lab up --name try-1' : 'gatdeploy lab up --hosts galaxy,pulsar',
  });

/** An operating system that the lab can't make. */
export const unknownOs = (os: string, known: readonly string[]): GatError => {
  const near = didYouMean(os, known);
  return new GatError({
    code: 'lab/unknown-os',
    what: `cannot make hosts with \`${os}\``,
    why: `the lab knows ${known.join(' and ')}`,
    fix: near ? `did you mean \`${near}\`?` : `gatdeploy lab up --os ${known[0]}`,
  });
};

/** The lab exists with another operating system than asked for. */
export const otherOs = (name: string, has: string, asked: string): GatError =>
  new GatError({
    code: 'lab/other-os',
    what: `cannot give lab ${name} ${asked}: its hosts run ${has}`,
    why: 'a lab has one operating system; two labs can stand side by side',
    fix: `gatdeploy lab up --name ${name}-${asked} --os ${asked}`,
  });

/** There is no lab of this name. */
export const noLab = (name: string, known: readonly string[]): GatError => {
  const near = didYouMean(name, known);
  return new GatError({
    code: 'lab/none',
    what: `cannot find lab ${name}`,
    why: known.length > 0 ? `there are: ${known.join(', ')}` : 'no lab is up on this machine',
    fix: near ? `did you mean --name ${near}?` : `gatdeploy lab up --name ${name}`,
  });
};

/** The lab has no host of this name. */
export const unknownHost = (lab: string, host: string, known: readonly string[]): GatError => {
  const near = didYouMean(host, known);
  return new GatError({
    code: 'lab/unknown-host',
    what: `cannot find host ${host} in lab ${lab}`,
    why: `it has ${known.join(', ')}`,
    fix: near ? `did you mean \`${near}\`?` : `gatdeploy lab up --name ${lab} --hosts ${host}`,
  });
};

/** A program of the machine failed. */
export const commandFailed = (command: readonly string[], code: number | null, output: string): GatError =>
  new GatError({
    code: 'lab/command-failed',
    what: `cannot run ${command.slice(0, 3).join(' ')}: ${code === null ? 'killed' : `exit ${code}`}`,
    why: lastLines(output) || 'it said nothing',
    fix: 'gatdeploy lab up  # goes on where it stopped',
  });

/** A host was started and does not answer. */
export const hostNotReady = (lab: string, host: string, log: string, logFile: string): GatError =>
  new GatError({
    code: 'lab/host-not-ready',
    what: `cannot reach lab host ${host}`,
    where: { host },
    why: `it was started but gives no answer; the end of ${logFile}: ${lastLines(log) || '(empty)'}`,
    fix: `gatdeploy lab reset ${host} --name ${lab}`,
    class: 'unreachable',
  });

/** A host answers, and does not let the lab in or fails what every fresh host can do. */
export const hostBroken = (lab: string, host: string, said: string): GatError =>
  new GatError({
    code: 'lab/host-broken',
    what: `cannot bring lab host ${host} up to date`,
    where: { host },
    why: lastLines(said) || 'it closed the connection without a word',
    fix: `gatdeploy lab reset ${host} --name ${lab}`,
    class: 'unreachable',
  });

/** The certificate authority of the lab doesn't answer. */
export const acmeNotReady = (lab: string, cause: unknown): GatError =>
  new GatError({
    code: 'lab/acme-not-ready',
    what: 'cannot read the root certificate of the lab’s certificate authority',
    where: { host: 'acme' },
    why: cause instanceof Error ? cause.message : String(cause),
    fix: `gatdeploy lab reset acme --name ${lab}`,
    class: 'unreachable',
    cause,
  });

/** A host's processes don't end. */
export const hostStuck = (host: string, cgroup: string): GatError =>
  new GatError({
    code: 'lab/host-stuck',
    what: `cannot stop lab host ${host}`,
    where: { host },
    why: `processes in ${cgroup} don't end although they were killed; one may hang in the kernel`,
    fix: 'wait a moment and run the command again',
  });

/** Caches can't go while a lab stands on them. */
export const labsRemain = (names: readonly string[]): GatError =>
  new GatError({
    code: 'lab/labs-remain',
    what: 'cannot remove the images and caches',
    why: `labs stand on them: ${names.join(', ')}`,
    fix: names.map((name) => `gatdeploy lab down --name ${name}`).join(' && '),
  });

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-8).join('\n').slice(-1500);
}
