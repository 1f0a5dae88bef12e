/** `gatdeploy lab`: throw-away Debian hosts on this machine. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { Lab } from '../lab/lab.ts';
import { DEFAULT_LAB, LAB_USER, labNames, SYSTEMS } from '../lab/store.ts';

type Common = { readonly name: string; readonly json?: boolean };

const NAME = ['--name <name>', 'which lab; several can stand side by side', DEFAULT_LAB] as const;
const JSON_FLAG = ['--json', 'print the lab as JSON'] as const;

/** Adds the command to the program. */
export function register(program: Command): void {
  const lab = program.command('lab').description('make throw-away Debian hosts on this machine (Linux, root)');
  registerUp(lab);
  registerLook(lab);
  registerEnd(lab);
}

function registerUp(lab: Command): void {
  lab
    .command('up')
    .description('make the lab, or repair it: what runs already is kept')
    .option(...NAME)
    .option(
      '--hosts <names>',
      'comma-separated; galaxy… and pulsar… join those groups (default: galaxy,pulsar)',
      splitNames,
    )
    .option('--os <release>', `Debian release of the hosts: ${SYSTEMS.join(' or ')} (default: bookworm)`)
    .option(...JSON_FLAG)
    .action(async ({ name, hosts, os, json }: Common & { hosts?: string[]; os?: string }) => {
      const { labUp } = await import('../lab/lab.ts');
      const wish = { name, ...(hosts && { hosts }), ...(os !== undefined && { os }) };
      print(await labUp(wish, progress), json);
    });
}

function registerLook(lab: Command): void {
  lab
    .command('status')
    .description('show the hosts: address, state, since when')
    .option(...NAME)
    .option(...JSON_FLAG)
    .action(async ({ name, json }: Common) => {
      const { labStatus } = await import('../lab/lab.ts');
      print(await labStatus(name), json);
    });
  lab
    .command('ssh')
    .description('open a shell on a host, or run a command there')
    .argument('<host>')
    .argument('[command...]', 'after --, as with ssh')
    .option(...NAME)
    .option('--user <user>', 'debian, trainee (sudo password: lab) or root', LAB_USER)
    .action(async (host: string, command: string[], { name, user }: Common & { user: string }) => {
      const { requireHost, requireRecord } = await import('../lab/lab.ts');
      const { sshArgs } = await import('../lab/ssh.ts');
      const record = requireRecord(name);
      requireHost(record, host);
      await ssh([...sshArgs(record, host, user), ...command]);
    });
}

function registerEnd(lab: Command): void {
  lab
    .command('reset')
    .description('give clean hosts under the same names, keys and addresses')
    .argument('[hosts...]')
    .option('--all', 'every host of the lab')
    .option(...NAME)
    .option(...JSON_FLAG)
    .action(async (hosts: string[], { name, all, json }: Common & { all?: boolean }, command: Command) => {
      if (hosts.length === 0 && !all) command.error('error: name the hosts to reset, or --all');
      const { labReset } = await import('../lab/lab.ts');
      print(await labReset(name, all ? [] : hosts, progress), json);
    });
  lab
    .command('down')
    .description('take the lab away, with all that it made on this machine; images and package caches stay')
    .option(...NAME)
    .option('--purge', 'take away all labs, and the images and caches too')
    .action(async ({ name, purge }: Common & { purge?: boolean }) => {
      const { labDown, labPurge } = await import('../lab/lab.ts');
      for (const each of purge ? labNames() : [name]) {
        await labDown(each, progress);
        progress(`lab ${each} is gone`);
      }
      if (purge) await labPurge();
    });
}

function splitNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(lab: Lab, json: boolean | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(lab, null, 2)}\n` : renderLab(lab));
}

/** Renders a lab as a table with the next commands to type. */
export function renderLab(lab: Lab): string {
  const rows = [...lab.hosts, lab.acme].map((host) => [
    host.name,
    host.fqdn,
    host.address,
    host.state,
    since(host.since),
  ]);
  const table = [['HOST', 'NAME', 'ADDRESS', 'STATE', 'SINCE'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const option = lab.name === DEFAULT_LAB ? '' : ` --name ${lab.name}`;
  const first = lab.hosts[0]?.name ?? 'acme';
  return `${[
    `lab ${lab.name} (${lab.os})`,
    ...lines,
    '',
    `inventory   ${lab.inventory}`,
    `look        gatdeploy lab ssh ${first}${option}`,
    `remove      gatdeploy lab down${option}`,
  ].join('\n')}\n`;
}

function since(iso: string | null): string {
  return iso ? iso.slice(0, 19).replace('T', ' ') : '';
}

function ssh(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
