/**
 * Edits a decrypted text with the user's editor. The text lies in a private folder, in memory where the system has such a
 * place, and a guard outside of this process removes it even when this process is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  accessSync,
  appendFileSync,
  constants,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../config.ts';
import { splitShellWords } from '../shell-words.ts';
import { editorFailed } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Shows a text in the editor and returns what it became. `name` gives the file its ending. @throws GatError vault/editor */
export const editText = (text: Buffer, name: string, environment: Environment): Promise<Buffer> =>
  editPieces([text], { name, environment, use: (file) => readFileSync(file) });

type Editing<T> = {
  readonly name: string;
  readonly environment: Environment;
  /** Takes what the text became, from a file that is gone afterwards. */
  readonly use: (file: string) => T;
};

/** The same with a text that comes in pieces. */
export async function editPieces<T>(pieces: Iterable<Buffer>, { name, environment, use }: Editing<T>): Promise<T> {
  const folder = mkdtempSync(path.join(privateBase(environment), 'gatdeploy-vault-'));
  const guard = startGuard(folder);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const stop = (signal: NodeJS.Signals) => {
    remove();
    for (const one of SIGNALS) process.removeListener(one, stop);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const file = path.join(folder, path.basename(name));
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
    for (const piece of pieces) appendFileSync(file, piece);
    await runEditor(file, environment);
    return use(file);
  } finally {
    remove();
    for (const signal of SIGNALS) process.removeListener(signal, stop);
    guard.stdin?.end();
  }
}

/** A folder in memory, if there is one that is ours alone to write to; else the usual place for temporary files. */
function privateBase(environment: Environment): string {
  const candidates = [environment.XDG_RUNTIME_DIR, '/dev/shm'];
  return candidates.find((folder) => folder !== undefined && isWritable(folder)) ?? tmpdir();
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** A shell in a session of its own that waits for our end, however it comes, and removes the folder. */
function startGuard(folder: string): ChildProcess {
  const script = 'trap "" INT TERM HUP; cat >/dev/null; rm -rf -- "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  return guard;
}

async function runEditor(file: string, environment: Environment): Promise<void> {
  const command = environment.VISUAL || environment.EDITOR || 'vi';
  const [program = 'vi', ...args] = splitShellWords(command);
  const outcome = await new Promise<string | undefined>((resolve) => {
    const editor = spawn(program, [...args, file], { stdio: 'inherit' });
    editor.on('error', (error) => resolve(error.message));
    editor.on('exit', (code, signal) => resolve(code === 0 ? undefined : `it ended with ${code ?? signal}`));
  });
  if (outcome !== undefined) throw editorFailed(command, outcome);
}
