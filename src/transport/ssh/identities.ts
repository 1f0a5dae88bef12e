/**
 * The keys to log in with, from the agent and from files, as one agent: a key is offered by its public half, and a
 * passphrase is asked for only when the host accepts the key.
 */
import { readFileSync } from 'node:fs';
import ssh2, { type BaseAgent, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';
import type { Secret } from '../../base/secret.ts';
import type { Prompt } from '../connection.ts';
import { fingerprint } from '../host-keys/known-hosts.ts';
import type { Identities } from '../target/target.ts';
import { publicHalf } from './key-file.ts';

/** A key that can be offered. */
type Offer = {
  readonly key: ParsedKey;
  /** What it is called in errors. */
  readonly label: string;
  readonly sign: (data: Buffer, options: SigningRequestOptions) => Promise<Buffer>;
  /** The private key, when it is neither encrypted nor in an agent. */
  readonly atHand?: ParsedKey;
};

/** The keys as an agent, and what can be said about them when none was accepted. */
export type KeyRing = {
  readonly agent: BaseAgent<ParsedKey>;
  readonly isEmpty: boolean;
  /** The private key that belongs to a public one, if it can be used without asking anybody. */
  atHand(key: ParsedKey): ParsedKey | undefined;
  /** One remark per key: offered, missing, encrypted without a terminal … */
  readonly remarks: readonly string[];
};

/** Collects the keys: the named files first, then the agent's, then the usual files. */
export async function loadKeyRing(identities: Identities, prompt: Prompt | undefined): Promise<KeyRing> {
  const remarks: string[] = [];
  const held = await agentOffers(identities.agent, remarks);
  const load = (path: string, named: boolean) => fileOffer({ path, named, held, prompt, remarks });
  const named = identities.named.flatMap((path) => load(path, true) ?? []);
  const usual = identities.named.length > 0 ? [] : identities.usual.flatMap((path) => load(path, false) ?? []);
  const others = identities.onlyNamed ? [] : held;
  const offers = [...new Map([...named, ...others, ...usual].map((offer) => [idOf(offer.key), offer])).values()];
  for (const { key, label } of offers) remarks.push(`${label} (${fingerprint(key.getPublicSSH())}) was offered`);
  const atHand = (key: ParsedKey) => offers.find((offer) => idOf(offer.key) === idOf(key))?.atHand;
  return { agent: agentOf(offers), isEmpty: offers.length === 0, atHand, remarks };
}

function agentOf(offers: readonly Offer[]): BaseAgent<ParsedKey> {
  const sign = (key: ParsedKey, data: Buffer, options: SigningRequestOptions, done: SignCallback) => {
    const offer = offers.find((candidate) => idOf(candidate.key) === idOf(key));
    if (!offer) return done(new Error('no such key'));
    if (options.hash === 'sha1') return done(new Error('the host accepts RSA keys with SHA-1 only'));
    offer.sign(data, options).then((signature) => done(undefined, signature), done);
  };
  return Object.assign(Object.create(ssh2.BaseAgent.prototype), {
    getIdentities: (done: (error: undefined, keys: ParsedKey[]) => void) =>
      done(
        undefined,
        offers.map(({ key }) => key),
      ),
    sign,
  });
}

async function agentOffers(socket: string | undefined, remarks: string[]): Promise<Offer[]> {
  if (!socket) return [];
  const agent = ssh2.createAgent(socket) as BaseAgent<ParsedKey>;
  const keys = await new Promise<readonly ParsedKey[]>((resolve) => {
    agent.getIdentities((error, found) => {
      if (error) remarks.push(`the agent at ${socket} does not answer: ${error.message}`);
      resolve((found ?? []).flatMap((key) => parsed(key as ParsedKey) ?? []));
    });
  });
  return keys.map((key) => ({
    key,
    label: `agent key ${key.comment || key.type}`,
    sign: (data, options) =>
      new Promise((resolve, reject) => {
        agent.sign(key, data, options, (error, signature) => {
          if (signature) resolve(signature);
          else reject(error ?? new Error('the agent refused to sign'));
        });
      }),
  }));
}

type FileRequest = {
  readonly path: string;
  readonly named: boolean;
  readonly held: readonly Offer[];
  readonly prompt: Prompt | undefined;
  readonly remarks: string[];
};

/** Reads one key file; a key that the agent holds is signed by the agent, without its passphrase. */
function fileOffer({ path, named, held, prompt, remarks }: FileRequest): Offer | undefined {
  const content = readKey(path, named, remarks);
  if (content === undefined) return undefined;
  const label = `key ${path}`;
  const key = parsed(ssh2.utils.parseKey(content));
  if (key?.isPrivateKey())
    return { key, label, atHand: key, sign: async (data, { hash }) => key.sign(data, hash) };
  const open = key ?? publicHalf(content, path);
  const inAgent = open && held.find((offer) => idOf(offer.key) === idOf(open));
  if (inAgent) return inAgent;
  if (!open || key) remarks.push(`${label} is not a private key in a known format`);
  else if (!prompt)
    remarks.push(`${label} has a passphrase and there is no terminal to ask: run ssh-add ${path} first`);
  else
    return {
      key: open,
      label,
      sign: async (data, { hash }) => unlock(content, await ask(prompt, path)).sign(data, hash),
    };
  return undefined;
}

function readKey(path: string, named: boolean, remarks: string[]): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (named) remarks.push(`key ${path} ${code === 'ENOENT' ? 'is not there' : `can't be read: ${message}`}`);
    return undefined;
  }
}

async function ask(prompt: Prompt, path: string): Promise<Secret | undefined> {
  return prompt(`Passphrase of ${path}: `);
}

function unlock(content: Buffer, passphrase: Secret | undefined): ParsedKey {
  const key = passphrase && parsed(ssh2.utils.parseKey(content, passphrase.reveal()));
  if (!key) throw new Error(passphrase ? 'the passphrase is wrong' : 'no passphrase was given');
  return key;
}

function parsed(key: ParsedKey | ParsedKey[] | Error | Buffer | string): ParsedKey | undefined {
  const one = Array.isArray(key) ? key[0] : key;
  if (one instanceof Error || one === undefined) return undefined;
  return Buffer.isBuffer(one) || typeof one === 'string' ? parsed(ssh2.utils.parseKey(one)) : one;
}

function idOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64');
}
