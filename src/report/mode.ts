/** Which form the output takes. */

export type Mode = 'terminal' | 'plain' | 'json';

export type ModeWish = {
  readonly json?: boolean | undefined;
  readonly plain?: boolean | undefined;
  /** Whether progress goes to a terminal. */
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Chooses: what was asked for; else plain without a terminal, on a dumb one, in CI, or where NO_COLOR is set. */
export function chooseMode({ json, plain, isTTY, env }: ModeWish): Mode {
  if (json) return 'json';
  if (plain || !isTTY || env.TERM === 'dumb' || isSet(env.NO_COLOR) || isSet(env.CI)) return 'plain';
  return 'terminal';
}

/** As no-color.org has it: there and not empty. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
