/** `gatdeploy init`: makes a project that `apply` accepts, for people who have no Ansible repository yet. */
import { type Command, InvalidArgumentError } from 'commander';

type Flags = {
  readonly galaxy?: string;
  readonly pulsar?: string;
  readonly user: string;
  readonly email?: string;
  readonly site: string;
  readonly cvmfsRepository?: string;
  readonly cvmfsKey?: string;
};

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command('init')
    .description(
      'make a new project: inventory, variables, templates, and a vault with fresh passwords; asks at a terminal for what is not given',
    )
    .argument('[folder]', 'the new folder')
    .option('--galaxy <host>', 'the name of the host for Galaxy, as users reach it', hostName)
    .option('--pulsar <host>', 'the name of the host for Pulsar', hostName)
    .option('--email <address>', "the administrator's address, also for the certificate", address)
    .option('--user <name>', 'the user to log in as', word, 'debian')
    .option('--site <name>', "a short name of Pulsar's site, for its queue and user", word, 'au')
    .option('--cvmfs-repository <url>', "CernVM's apt repository; without it the hosts get no CernVM-FS")
    .option('--cvmfs-key <file>', "that repository's key, armoured")
    .addHelpText(
      'after',
      `
Example:
  gatdeploy init my-galaxy --galaxy galaxy.example.org --pulsar pulsar.example.org --email me@example.org
  cd my-galaxy
  gatdeploy plan galaxy pulsar --offline      what will be set up; no host is asked
  gatdeploy hosts trust galaxy.example.org pulsar.example.org
  gatdeploy apply galaxy pulsar`,
    )
    .action(runInit);
}

const FOLDER = { flag: 'FOLDER', text: 'The new folder, such as my-galaxy', check: folderName };
const GALAXY = {
  flag: '--galaxy HOST',
  text: "Galaxy's host, as users type it, such as galaxy.example.org",
  check: hostName,
};
const PULSAR = {
  flag: '--pulsar HOST',
  text: "Pulsar's host, where jobs run, such as pulsar.example.org",
  check: hostName,
};
const EMAIL = {
  flag: '--email ADDRESS',
  text: "The administrator's address, such as me@example.org",
  check: address,
};

async function runInit(named: string | undefined, flags: Flags): Promise<void> {
  const [{ createAsker, requireAnswers }, { requireNew, writeProject }] = await Promise.all([
    import('./init/questions.ts'),
    import('./init/project.ts'),
  ]);
  const given = [named, flags.galaxy, flags.pulsar, flags.email];
  requireAnswers([FOLDER, GALAXY, PULSAR, EMAIL].filter((_question, index) => given[index] === undefined));
  const { ask, end } = createAsker();
  const folder = named ?? (await ask(FOLDER));
  requireNew(folder);
  const files = writeProject(folder, {
    ...flags,
    galaxy: flags.galaxy ?? (await ask(GALAXY)),
    pulsar: flags.pulsar ?? (await ask(PULSAR)),
    email: flags.email ?? (await ask(EMAIL)),
  });
  end();
  process.stdout.write(
    `${files.map((file) => `made ${folder}/${file}\n`).join('')}
The vault's password is in .vault-password, which only you can read and git ignores: keep a copy of it elsewhere.
${flags.cvmfsRepository === undefined ? 'CernVM-FS is left out: nobody said where its package comes from (--cvmfs-repository).\n' : ''}Next: cd ${folder} && gatdeploy plan galaxy pulsar --offline
`,
  );
}

function hostName(value: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value) && value.length <= 253) return value;
  throw new InvalidArgumentError('it is no host name, such as galaxy.example.org.');
}

function address(value: string): string {
  if (/^[\w.+-]+@[a-z0-9.-]+$/i.test(value)) return value;
  throw new InvalidArgumentError('it is no address, such as me@example.org.');
}

function folderName(value: string): string {
  if (value !== '') return value;
  throw new InvalidArgumentError('a folder is needed.');
}

function word(value: string): string {
  if (/^[a-z][a-z0-9_]{0,30}$/.test(value)) return value;
  throw new InvalidArgumentError('use small letters, digits and underscores, such as au.');
}
