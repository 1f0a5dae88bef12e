/** Examples for the help of commands whose own files have none, by the command's words. */
import type { Command } from 'commander';

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  inventory: ['gatdeploy inventory', 'gatdeploy inventory --json | jq ".pulsarservers"'],
  vars: ['gatdeploy vars --host gat-1', 'gatdeploy vars --host gat-1 --json --render-all'],
  explain: ['gatdeploy explain galaxy_root --host gat-1', 'gatdeploy explain rabbitmq_users --host gat-1 --json'],
  vault: ['gatdeploy vault view group_vars/secret.yml', 'gatdeploy vault edit group_vars/secret.yml'],
  'vault encrypt': ['gatdeploy vault encrypt group_vars/secret.yml'],
  'vault decrypt': ['gatdeploy vault decrypt group_vars/secret.yml --output plain.yml'],
  'vault view': ['gatdeploy vault view group_vars/secret.yml'],
  'vault edit': ['gatdeploy vault edit group_vars/secret.yml'],
  'vault create': ['gatdeploy vault create group_vars/secret.yml'],
  'vault rekey': ['gatdeploy vault rekey group_vars/secret.yml --new-vault-password-file ~/.new-password'],
  'vault encrypt-string': [
    'gatdeploy vault encrypt-string --name vault_password < password >> group_vars/all.yml',
  ],
  'vault diff': ['gatdeploy vault diff group_vars/secret.yml', 'gatdeploy vault diff group_vars/secret.yml main'],
  hosts: ['gatdeploy hosts list', 'gatdeploy hosts trust gat-1'],
  'hosts list': ['gatdeploy hosts list', 'gatdeploy hosts list --json'],
  'hosts trust': [
    'gatdeploy hosts trust gat-1',
    'gatdeploy hosts trust gat-1 --fingerprint SHA256:…   without a terminal, such as in a pipeline',
  ],
  lock: ['gatdeploy lock list galaxy pulsar'],
  'lock list': ['gatdeploy lock list galaxy pulsar'],
  'lock break': ['gatdeploy lock break galaxy   when lock list shows a holder that is gone'],
  lab: ['gatdeploy lab up', 'gatdeploy lab ssh galaxy', 'gatdeploy lab down'],
  'lab up': ['gatdeploy lab up', 'gatdeploy lab up --hosts galaxy,pulsar,pulsar-2 --os trixie'],
  'lab status': ['gatdeploy lab status --json'],
  'lab ssh': ['gatdeploy lab ssh galaxy', 'gatdeploy lab ssh pulsar --user root -- systemctl status pulsar'],
  'lab reset': ['gatdeploy lab reset pulsar', 'gatdeploy lab reset --all'],
  'lab down': ['gatdeploy lab down'],
};

/** Adds the examples to a program's commands. */
export function addExamples(program: Command, path: readonly string[] = []): void {
  for (const command of program.commands) {
    const words = [...path, command.name()];
    const lines = EXAMPLES[words.join(' ')];
    if (lines) command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
    addExamples(command, words);
  }
}
