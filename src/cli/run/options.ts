/** The options that all commands over stacks share. */
import { type Command, InvalidArgumentError } from 'commander';
import { GatError } from '../../base/errors.ts';
import type { Shard, StackOptions } from '../../stack/options.ts';
import type { FileOptions } from './run-files.ts';

/** Those of a command line: also what is to be written at the end. */
export type StackFlags = StackOptions & FileOptions;

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const collectWords = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(',').map((word) => word.trim()),
];

/** @throws InvalidArgumentError, which commander shows with the option */
function count(value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is not a number of connections, such as 20.');
}

/** @throws InvalidArgumentError, which commander shows with the option */
function parseShard(value: string): Shard {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(value) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index <= shard.count) return shard;
  throw new InvalidArgumentError('it is not one of so many jobs, such as 2/4.');
}

/** Adds the option that splits a fleet, to commands whose jobs can work beside each other. */
export function addShardOption(command: Command): Command {
  return command.option(
    '--shard <i/n>',
    'only the hosts of the i-th of n jobs; hosts that need each other stay in one',
    parseShard,
  );
}

/** Adds the options of a project: where it is, which hosts, which passwords. */
export function addProjectOptions(command: Command): Command {
  return command
    .option('-C, --directory <folder>', 'the project: a folder with ansible.cfg, inventory, group_vars', '.')
    .option('-i, --inventory <source>', 'inventory file, folder, or hosts with a comma; repeatable', collect)
    .option('-l, --limit <pattern>', 'only these hosts; repeatable', collect)
    .option('-e, --extra-vars <vars>', 'key=value, JSON, or @file; repeatable', collect)
    .option(
      '--vault-password-file <file>',
      'file with the vault password, or a program that prints it; repeatable',
      collect,
    )
    .option('--vault-id <id@source>', 'vault password of one id; repeatable', collect)
    .option('--allow-inventory-scripts', 'programs among the inventory sources may run');
}

/** Adds the option for changes of strangers, to commands that ask no host. */
export function addUntrustedOption(command: Command): Command {
  return command.option(
    '--untrusted',
    "for a stranger's change: no vault, no environment, no file outside the project, no program",
  );
}

/** Adds the options of a run on hosts. */
export function addStackOptions(command: Command): Command {
  return addProjectOptions(command)
    .option(
      '-t, --tags <tags>',
      'only tasks and roles with one of these tags, with commas; repeatable',
      collectWords,
    )
    .option('--skip-tags <tags>', 'no tasks and roles with one of these tags; repeatable', collectWords)
    .option(
      '-f, --forks <count>',
      'so many connections are made at once; default: 64, 5 behind a jump host',
      count,
    )
    .option('-K, --ask-become-pass', 'ask for the sudo password at the terminal')
    .option(
      '--become-password-file <file>',
      'file with the sudo password, a program that prints it, or - for stdin',
    )
    .option('--json', 'print events and results as JSON, one object a line')
    .option('--junit <file>', 'also write the results as JUnit XML')
    .option('--report <file.html>', 'also write a page with graph, timeline, differences and evidence')
    .option('--notify <command>', 'run this at the end, with the result as JSON on its standard input')
    .option('--plain', 'plain lines: no colours, no cursor movement');
}

/** Flags of commands that may take away what is no longer declared. */
export type PruneFlags = { readonly prune?: boolean; readonly pruneData?: boolean };

/** Adds them. */
export function addPruneOptions(command: Command): Command {
  return command
    .option('--prune', 'take away what gatdeploy made and nobody declares any more; never what holds data')
    .option('--prune-data', 'the same, with what it holds: folders, homes, queues with messages');
}

/** What is to be taken away. @throws GatError prune/part where only a part of the project would be looked at */
export function pruneOf(flags: StackFlags & PruneFlags): 'made' | 'data' | undefined {
  if (!flags.prune && !flags.pruneData) return undefined;
  if (flags.limit || flags.shard || flags.tags || flags.skipTags) throw pruneNeedsAll();
  return flags.pruneData ? 'data' : 'made';
}

function pruneNeedsAll(): GatError {
  return new GatError({
    code: 'prune/part',
    what: 'cannot prune with --limit, --shard, --tags or --skip-tags',
    why: 'what only a part of the project declares says nothing about what the rest declares',
    fix: 'leave these options out together with --prune',
  });
}
