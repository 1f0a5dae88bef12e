/**
 * gatdeploy beside Ansible (tuned: pipelining, ControlPersist), Ansible with mitogen, and pyinfra, in one run: nothing is to
 * be changed on the lab's Galaxy host, which is so many milliseconds away.
 *
 *   python3 -m venv VENV && VENV/bin/pip install ansible-core mitogen pyinfra
 *   npm run build && npx vite-node bench/peers/peers.ts --lab NAME --venv VENV --rtt 0,100
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { labStatus } from '../../src/lab/lab.ts';
import { startDelayProxy } from '../../test/support/delay-proxy.ts';
import { runTimed } from '../measure.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const { values: flags } = parseArgs({
  options: {
    lab: { type: 'string', default: 'bench-peers' },
    venv: { type: 'string', default: 'venv' },
    rtt: { type: 'string', default: '0,100' },
  },
});
const venv = resolve(flags.venv);
const lab = await labStatus(flags.lab);
const inventory = readFileSync(join(lab.inventory, 'hosts'), 'utf8');
const value = (name: string): string => new RegExp(`${name}=([^\\s']+)`).exec(inventory)?.[1] ?? '';
const [address, key, known] = [value('ansible_host'), value('private_key_file'), value('UserKnownHostsFile')];
const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-peers-'));

/** The strategy plugins of mitogen, wherever the virtual environment keeps them. */
function mitogenStrategy(): string {
  const lib = join(venv, 'lib');
  const python = readdirSync(lib).find((name) => name.startsWith('python3')) ?? 'python3';
  return join(lib, python, 'site-packages/ansible_mitogen/plugins/strategy');
}

function contestants(port: number): readonly {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}[] {
  const common = `-o UserKnownHostsFile=${known} -o HostKeyAlias=${address}`;
  const login = { ansible_host: '127.0.0.1', ansible_port: port, ansible_ssh_common_args: common };
  const ssh = { ...login, ansible_user: 'debian', ansible_ssh_private_key_file: key };
  writeFileSync(join(folder, 'vars.json'), JSON.stringify(ssh));
  const playbook = ['-i', 'far,', '-e', `@${folder}/vars.json`, join(ROOT, 'bench/peers/ansible.yml')];
  const tuned = {
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=60s',
    ANSIBLE_SSH_CONTROL_PATH_DIR: `${folder}/cp${port}`,
    ANSIBLE_LOCALHOST_WARNING: 'False',
  };
  writeFileSync(
    join(folder, 'inventory.py'),
    `hosts = [("127.0.0.1", {"ssh_port": ${port}, "ssh_user": "debian", "ssh_key": "${key}", "ssh_strict_host_key_checking": "no", "ssh_known_hosts_file": "${folder}/known"})]\n`,
  );
  return [
    {
      name: 'gatdeploy',
      program: process.execPath,
      args: [
        join(ROOT, 'bin/gatdeploy'),
        'apply',
        'galaxy',
        '-C',
        ROOT,
        '-i',
        lab.inventory,
        '-l',
        'galaxy*',
        '-e',
        JSON.stringify(login),
      ],
      env: { XDG_CACHE_HOME: folder },
    },
    {
      name: 'pyinfra',
      program: join(venv, 'bin/pyinfra'),
      args: ['-y', join(folder, 'inventory.py'), join(ROOT, 'bench/peers/pyinfra_deploy.py')],
    },
    { name: 'ansible', program: join(venv, 'bin/ansible-playbook'), args: playbook, env: tuned },
    {
      name: 'ansible with mitogen',
      program: join(venv, 'bin/ansible-playbook'),
      args: playbook,
      env: { ...tuned, ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: mitogenStrategy() },
    },
  ];
}

for (const rtt of flags.rtt.split(',').map(Number)) {
  const proxy = await startDelayProxy(rtt, { host: address, port: 22 });
  let own: number | undefined;
  for (const { name, program, args, env } of contestants(proxy.port)) {
    try {
      const options = { cwd: folder, env: { ...process.env, ...env } };
      if (name === 'gatdeploy') await runTimed(program, args, options);
      const { wallMs, cpuMs } = await runTimed(program, args, options);
      own ??= wallMs;
      console.log(
        `RTT ${rtt} ms: ${name.padEnd(20)} ${(wallMs / 1000).toFixed(1)} s, CPU ${(cpuMs / 1000).toFixed(1)} s, ${(wallMs / own).toFixed(1)} × gatdeploy`,
      );
    } catch (error) {
      console.log(`RTT ${rtt} ms: ${name} failed: ${String(error).slice(-600)}`);
    }
  }
  await proxy.close();
}
rmSync(folder, { recursive: true });
