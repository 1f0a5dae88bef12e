/** The sudo password of a run for hosts whose variables have none: from a file, a program, standard input, the environment, or a person. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { givenEnvironment } from '../base/environment.ts';
import { Secret } from '../base/secret.ts';
import type { Prompt } from '../transport/connection.ts';
import { badPasswordFile } from './errors.ts';
import { askBecomePassword } from './prompt.ts';

/** The variable that holds the password itself, for pipelines that get secrets by environment. */
const PASSWORD_VARIABLE = 'GATDEPLOY_BECOME_PASSWORD';
const PROGRAM_MS = 120_000;

export type BecomeOptions = {
  /** Ask for it before anything else. */
  readonly askBecomePass?: boolean | undefined;
  /** A file, a program that prints it, or `-` for standard input. */
  readonly becomePasswordFile?: string | undefined;
};

/** Whether somebody types the password, or a program gives it, so that nothing may be wrong before. */
export function asksFirst({ askBecomePass, becomePasswordFile }: BecomeOptions): boolean {
  return askBecomePass === true || becomePasswordFile !== undefined;
}

/** Finds the password; undefined where nobody gives one. @throws GatError cli/password-file, cli/no-terminal */
export async function becomePasswordOf(
  options: BecomeOptions,
  prompt: Prompt | undefined,
): Promise<Secret | undefined> {
  if (options.becomePasswordFile !== undefined) return passwordIn(options.becomePasswordFile);
  if (options.askBecomePass) return askBecomePassword(prompt);
  const given = givenEnvironment()[PASSWORD_VARIABLE];
  return given ? new Secret(given) : undefined;
}

function passwordIn(file: string): Secret {
  const text = file === '-' ? readOf(0, 'standard input') : isProgram(file) ? outputOf(file) : readOf(file, file);
  const password = text.replace(/[\r\n]+$/, '');
  if (password === '') throw badPasswordFile(file, 'it is empty');
  return new Secret(password);
}

function readOf(source: string | number, shown: string): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw badPasswordFile(shown, code === 'ENOENT' ? 'there is no such file' : message);
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function outputOf(program: string): string {
  const path = program.includes('/') ? program : `./${program}`;
  const { status, signal, stdout, error } = spawnSync(path, [], {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
    timeout: PROGRAM_MS,
  });
  if (error) throw badPasswordFile(program, error.message);
  if (status !== 0) throw badPasswordFile(program, `the program ended with ${status ?? signal}`);
  return stdout;
}
