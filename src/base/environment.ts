/**
 * The environment that gatdeploy was given. Passwords in it, as pipelines give them, are taken out of the process's own
 * at once, so that no program it starts (for an inventory, a password, a way through, `--notify`) and no lookup sees them.
 */
import { rememberSecret } from './mask.ts';

const PASSWORDS = ['GATDEPLOY_VAULT_PASSWORD', 'GATDEPLOY_BECOME_PASSWORD', 'GATDEPLOY_PLAN_KEY'];

const taken = new Map<string, string>();

/** Takes what is there; whatever prints one of them from now on prints stars. */
export function takePasswords(): void {
  for (const name of PASSWORDS) {
    const value = process.env[name];
    if (value === undefined) continue;
    taken.set(name, value);
    rememberSecret(value);
    delete process.env[name];
  }
}

/** The environment with the passwords, for those who need them. */
export function givenEnvironment(): Readonly<NodeJS.ProcessEnv> {
  takePasswords();
  return { ...process.env, ...Object.fromEntries(taken) };
}
