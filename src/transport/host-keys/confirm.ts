/** Which of the keys that a host shows are to be trusted: those that a person confirms, never any other. */
import { described, hostKeyChanged, hostKeyRevoked } from './errors.ts';
import { fingerprint } from './known-hosts.ts';
import type { HostKeyScan } from './scan.ts';
import { fingerprintDiffers, trustDeclined, trustNotConfirmed } from './trust-errors.ts';

export type Confirmation = {
  /** Fingerprints that the person knows from elsewhere; these answer the question. */
  readonly expected: readonly string[];
  /** Whether keys that are known so far may be replaced. */
  readonly replace: boolean;
  /** Asks the person; missing without a terminal. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
};

/** Finds the keys to make known; none when the host is known already. @throws GatError ssh/trust-…, ssh/host-key-… */
export async function confirmedKeys(
  scan: HostKeyScan,
  { expected, replace, ask }: Confirmation,
): Promise<Buffer[]> {
  const { target } = scan;
  const keys = scan.keys.map(({ key }) => key);
  refuseOutright(scan, replace);
  if (!replace && scan.keys.some(({ judgement }) => judgement.verdict === 'known')) return [];
  if (expected.length > 0) {
    const confirmed = keys.filter((key) => expected.includes(fingerprint(key)));
    if (confirmed.length === 0) throw fingerprintDiffers(target, expected, keys);
    return confirmed;
  }
  if (!ask) throw trustNotConfirmed(target, keys);
  const answer = (await ask(question(scan))).trim();
  if (answer !== 'yes' && !keys.some((key) => fingerprint(key) === answer)) throw trustDeclined(target);
  return keys;
}

/** @throws GatError ssh/host-key-revoked, ssh/host-key-changed */
function refuseOutright({ target, keys }: HostKeyScan, replace: boolean): void {
  for (const { key, judgement } of keys) {
    if (judgement.verdict === 'revoked') throw hostKeyRevoked(target, judgement.entry, key);
    const changed = judgement.verdict === 'changed' && judgement.sameType;
    if (changed && !replace) throw hostKeyChanged(target, judgement, key);
  }
}

function question({ target, keys }: HostKeyScan): string {
  const list = keys.map(({ key }) => `  ${described(key)}\n`).join('');
  const place = `${target.name} (${target.address} port ${target.port})`;
  return `${place} shows these keys:\n${list}Compare with the host's own: ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub\nTrust them (yes, no, or the fingerprint)? `;
}
