/** What of a host's words may be shown. */
import { maskKnown } from '../base/secret.ts';

/** Keys that open a job's files, and tokens that open a Pulsar, stand in addresses; nobody here knows their values. */
const IN_ADDRESSES = /\b(job_key|private_token)=[^&\s'"]+/g;

/** Hides the secrets in what a host has said. */
export function shownOf(text: string): string {
  return maskKnown(text).replace(IN_ADDRESSES, '$1=***');
}
