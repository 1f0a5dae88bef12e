/** The command line: finds the command's file, loads nothing else, and turns what is thrown into a message and an exit code. */
import type { Command } from 'commander';

type Registrar = { register(program: Command): void };

/** Each command's file, loaded only when the command is called or help lists them all. */
const commands: Readonly<Record<string, () => Promise<Registrar>>> = {
  init: () => import('./init.ts'),
  apply: () => import('./apply.ts'),
  plan: () => import('./plan.ts'),
  adopt: () => import('./adopt.ts'),
  drift: () => import('./drift.ts'),
  verify: () => import('./verify.ts'),
  doctor: () => import('./doctor.ts'),
  lint: () => import('./lint.ts'),
  graph: () => import('./graph.ts'),
  why: () => import('./why.ts'),
  inventory: () => import('./inventory.ts'),
  vars: () => import('./vars.ts'),
  explain: () => import('./explain.ts'),
  eval: () => import('./eval.ts'),
  console: () => import('./console.ts'),
  render: () => import('./render.ts'),
  vault: () => import('./vault.ts'),
  roles: () => import('./roles.ts'),
  hosts: () => import('./hosts.ts'),
  rollback: () => import('./rollback.ts'),
  history: () => import('./history.ts'),
  lock: () => import('./lock.ts'),
  lab: () => import('./lab.ts'),
  'complete-words': () => import('./completion/project-words.ts'),
  completion: () => import('./completion.ts'),
};

/** The version of package.json, put in by the build. */
declare const GATDEPLOY_VERSION: string;

const HELP = new Set(['help', '--help', '-h']);

async function main(argv: readonly string[]): Promise<void> {
  const [name] = argv;
  const { Command } = await import('commander');
  const program = new Command('gatdeploy')
    .description(
      'Deploys Galaxy, RabbitMQ, CVMFS and Pulsar from the repository that an Ansible user already has.',
    )
    .version(GATDEPLOY_VERSION, '-V, --version')
    .showHelpAfterError('(gatdeploy --help lists the commands)')
    .showSuggestionAfterError()
    .exitOverride();
  const load = name === undefined || name === 'completion' ? undefined : commands[name];
  for (const one of load ? [load] : Object.values(commands)) (await one()).register(program);
  for (const command of program.commands) nameOwnHelp(command, `gatdeploy ${command.name()}`);
  if (argv.some((word) => HELP.has(word))) (await import('./examples.ts')).addExamples(program);
  await program.parseAsync(argv, { from: 'user' });
}

/** Lets a slip in a command's words point to that command's help. */
function nameOwnHelp(command: Command, called: string): void {
  command.showHelpAfterError(`(${called} --help says what it takes)`);
  for (const one of command.commands) nameOwnHelp(one, `${called} ${one.name()}`);
}

async function run(): Promise<void> {
  // Whoever read the output may be gone (`| head`); what a command does goes on to its end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    (await import('../base/environment.ts')).takePasswords();
    await main(process.argv.slice(2));
  } catch (error) {
    const { reportFailure } = await import('./failure.ts');
    process.exitCode = await reportFailure(error);
  }
}

/** Resolves when the command has ended. */
export const finished: Promise<void> = run();

/** After this long only a forgotten connection or timer can be what keeps a command alive that has ended. */
const LEAVE_AFTER_MS = 3000;

/** Ends the process of a command that has ended, whatever it left open; whoever reads slowly still gets all of its output. */
export function leave(): void {
  const end = (): void => {
    const isWriting = [process.stdout, process.stderr].some(
      (stream) => stream.writable && stream.writableLength > 0,
    );
    if (isWriting) leave();
    else process.exit();
  };
  setTimeout(end, LEAVE_AFTER_MS).unref();
}
