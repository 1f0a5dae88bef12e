/** Logs in: keys first and at once (no `none` request, which costs a round trip), then passwords. See RFC 4252. */
import type {
  AnyAuthMethod,
  AuthenticationType,
  AuthHandlerMiddleware,
  KeyboardInteractiveAuthMethod,
} from 'ssh2';
import type { Secret } from '../../base/secret.ts';
import type { Prompt } from '../connection.ts';
import type { SshTarget } from '../target/target.ts';
import type { KeyRing } from './identities.ts';

/** What `authHandler` of ssh2 needs, and what was tried, for the error. */
export type Authentication = {
  readonly handler: AuthHandlerMiddleware;
  /** One remark per attempt; whole sentences without a full stop. */
  readonly tried: readonly string[];
};

type Left = readonly AuthenticationType[] | null;
type Attempt = (left: Left) => Promise<AnyAuthMethod | undefined>;

/** Prepares the attempts of one login, in order. */
export function authentication(target: SshTarget, ring: KeyRing, prompt: Prompt | undefined): Authentication {
  const tried = [...ring.remarks];
  const username = target.user;
  const byPassword = async (left: Left, password: Secret, label: string): Promise<AnyAuthMethod | undefined> => {
    if (left === null || left.includes('password')) {
      tried.push(`${label} was sent`);
      return { type: 'password', username, password: password.reveal() };
    }
    if (!left.includes('keyboard-interactive')) return undefined;
    tried.push(`${label} was given to the host's questions`);
    return answering(username, password);
  };
  const attempts: Attempt[] = [
    async () => (ring.isEmpty ? undefined : { type: 'agent', username, agent: ring.agent }),
    async (left) => target.password && byPassword(left, target.password, 'the password (ansible_password)'),
    async (left) => (left === null ? { type: 'none', username } : undefined),
    async (left) => {
      if (target.password || !prompt || !asksForPassword(left)) return undefined;
      const password = await prompt(`Password of ${username} on ${target.name}: `);
      return password && byPassword(left, password, 'the password that was typed');
    },
  ];
  const handler = async (left: Left, _partial: boolean, next: (method: AnyAuthMethod | false) => void) => {
    for (let attempt = attempts.shift(); attempt; attempt = attempts.shift()) {
      const method = await attempt(left);
      if (method) return next(method);
    }
    if (left) tried.push(`the host accepts: ${left.join(', ')}`);
    next(false);
  };
  return {
    tried,
    handler: ((left: Left, partial: boolean, next: (method: AnyAuthMethod | false) => void) =>
      void handler(left, partial, next).catch(() => next(false))) as AuthHandlerMiddleware,
  };
}

function asksForPassword(left: Left): boolean {
  return left === null || left.includes('password') || left.includes('keyboard-interactive');
}

/** Answers the first hidden question with the password, and further ones with nothing: one attempt per password. */
function answering(username: string, password: Secret): KeyboardInteractiveAuthMethod {
  let used = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt(_name, _instructions, _language, prompts, finish) {
      finish(
        prompts.map(({ echo }) => {
          if (echo || used) return '';
          used = true;
          return password.reveal();
        }),
      );
    },
  };
}
