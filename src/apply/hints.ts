/** What to do about failures whose reason the host's own output tells. */

type Hint = readonly [sign: RegExp, toDo: (...found: string[]) => string];

/** The first sign that the output shows decides; `found` are the groups of its expression. */
const HINTS: readonly Hint[] = [
  [/No space left on device/i, () => 'make room on the host: df -h and df -i show which file system is full'],
  [
    /Disk quota exceeded/i,
    () => 'a quota is used up, though df may show room: quota -s as the user who writes there, or ask who set it',
  ],
  [
    /Read-only file system/i,
    () => 'mount the file system of the host writable again: dmesg says why it is read-only',
  ],
  [
    /Unable to locate package (\S+)|Package '?(\S+?)'? has no installation candidate/,
    (a, b) =>
      `no package source of the host has ${a ?? b}: declare the one that has it (a variable of the role, or a task apt_repository), or correct the name`,
  ],
  [
    /(?:NO_PUBKEY|EXPKEYSIG|KEYEXPIRED) (\S+)/,
    (key) => `the key ${key} of a package source is missing or has expired: give the source its current key`,
  ],
  [
    /the broker says: Validation failed/,
    () =>
      'correct that policy in rabbitmq_policies: its pattern is a regular expression, its definition has settings that the broker knows',
  ],
  [
    /Hash Sum mismatch|File has unexpected size/i,
    () => 'the package mirror is being changed or is damaged: try later, or another mirror',
  ],
  [
    /Could not get lock (\S+?)\.?(?: |$)|dpkg frontend lock/m,
    () =>
      'somebody else installs packages on the host: see ps -C apt-get,dpkg,unattended-upgr, and wait for it to end',
  ],
  [
    /unmet dependencies|held broken packages/i,
    () =>
      'the versions of the host’s packages do not fit together: apt-get -s install PACKAGE on the host shows which',
  ],
  [
    /No matching distribution found for (\S+)/,
    (name) =>
      `no package index has ${name} for the host’s Python: correct the version, or see which there are with pip index versions`,
  ],
  [
    /host not found in upstream "([^"]+)"(?: in (\S+))?/,
    (name, at) =>
      `nginx asks for the name ${name} (${at ?? 'in a site'}) when it starts: see that the host can resolve it (getent hosts ${name}), or take that place out of the site`,
  ],
  [
    /(?:Could not resolve|Temporary failure (?:in name resolution|resolving)|Name or service not known)/i,
    () => 'the host can’t resolve a name: see its /etc/resolv.conf, and try getent hosts NAME there',
  ],
  [
    /certificate verify failed|unable to get local issuer certificate|self[- ]signed certificate/i,
    () =>
      'the host does not trust a server’s certificate: put the authority’s certificate into /usr/local/share/ca-certificates and run update-ca-certificates',
  ],
  [
    /Connection refused|Connection timed out|Network is unreachable|No route to host/i,
    () => 'the host can’t reach a server that it needs: see its proxy settings, routes and firewall',
  ],
  [/Address already in use/i, () => 'another program holds the port: ss -ltnp on the host shows which'],
  [
    /(?:Unit|Failed to .* unit) (\S+)(?: is|:.*is) masked/,
    (unit) => `systemctl unmask ${unit} on the host, or leave the service out`,
  ],
  [
    /Unit (?:file )?(\S+?)\.? (?:does not exist|not found|could not be found)/,
    (unit) => `the host has no unit ${unit}: declare the package or the file that brings it, or correct the name`,
  ],
  [
    /chown: invalid (?:user: \W*([\w.-]+)|group: \W*(?:[\w.-]*:)?([\w.-]+))/,
    (user, group) =>
      `the host has no ${user === undefined ? `group ${group}` : `user ${user}`}: where a package makes it, apt-get install --reinstall PACKAGE on the host does so again`,
  ],
  [
    /E: (?:Type \S+ is not known on line|Malformed (?:line|entry|stanza)) (\d+) in (?:source )?list (?:file )?(\S+)/,
    (number, list) =>
      `apt can't read entry ${number} of ${list} on the host, so it installs nothing: correct it or take it out`,
  ],
  [
    /Operation not permitted/i,
    () => 'the host forbids it even to root: look for chattr +i (lsattr) and for a container without that right',
  ],
];

/** What to do about a failure, as far as its output tells; undefined where it does not. */
export function hintFor(output: string): string | undefined {
  for (const [sign, toDo] of HINTS) {
    const found = sign.exec(output);
    if (found) return toDo(...found.slice(1));
  }
  return undefined;
}
