// Lists an inventory of 10,000 hosts with gatdeploy and with ansible-inventory in one run, and prints the ratio.
// node bench/inventory.mjs [path of ansible-inventory]        (npm run build first)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const ENTRY = path.join(ROOT, 'bin/gatdeploy');
const ROUNDS = 3;

function makeProject(folder) {
  mkdirSync(path.join(folder, 'group_vars'));
  mkdirSync(path.join(folder, 'host_vars'));
  const lines = [];
  for (let group = 0; group < 50; group++) {
    lines.push(`[group${group}]`);
    for (let index = 0; index < 200; index++) {
      const host = group * 200 + index;
      lines.push(
        `host${host}.example.org ansible_user=ubuntu rack=${host % 40} label="host ${host}" weight=${host / 10}`,
      );
      if (host % 500 === 0)
        writeFileSync(path.join(folder, `host_vars/host${host}.example.org.yml`), 'special: true\n');
    }
    const variables = `gname: group${group}\npackages: [a, b, "{{ gname }}"]\nnested: {x: ${group}, y: [1, 2, 3]}\nflag: yes\n`;
    writeFileSync(path.join(folder, `group_vars/group${group}.yml`), variables);
  }
  for (let parent = 0; parent < 5; parent++) {
    lines.push(
      `[parent${parent}:children]`,
      ...Array.from({ length: 10 }, (_, index) => `group${parent * 10 + index}`),
    );
  }
  writeFileSync(path.join(folder, 'group_vars/all.yml'), 'domain: example.org\nntp: [a, b, c]\nmode: 0644\n');
  writeFileSync(path.join(folder, 'hosts'), `${lines.join('\n')}\n`);
}

/** The best of some rounds: wall seconds, CPU seconds and peak memory as /usr/bin/time measures them. */
function measure(command, folder) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const output = path.join(folder, 'out.json');
    const times = path.join(folder, 'times');
    const shell = `/usr/bin/time -o "$2" -f "%e %U %S %M" -- ${command} > "$1" 2>/dev/null`;
    const result = spawnSync('/bin/sh', ['-c', shell, 'sh', output, times], { cwd: folder });
    if (result.status !== 0) throw new Error(`${command} failed with ${result.status}`);
    const [wall, user, system, memory] = readFileSync(times, 'utf8')
      .trim()
      .split('\n')
      .at(-1)
      .split(' ')
      .map(Number);
    return { wall, cpu: user + system, memoryMb: memory / 1024, listed: JSON.parse(readFileSync(output, 'utf8')) };
  });
  return rounds.reduce((best, one) => (one.cpu < best.cpu ? one : best));
}

function show(name, { wall, cpu, memoryMb }) {
  console.log(`${name.padEnd(18)} ${wall.toFixed(2)} s   CPU ${cpu.toFixed(2)} s   ${memoryMb.toFixed(0)} MB`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-bench-'));
try {
  if (!existsSync(ENTRY)) throw new Error('build first: npm run build');
  makeProject(folder);
  const ours = measure(`"${process.execPath}" "${ENTRY}" inventory -i hosts --json`, folder);
  show('gatdeploy', ours);
  const program = process.argv[2] ?? 'ansible-inventory';
  if (spawnSync(program, ['--version']).status !== 0) console.log(`${program} is not installed: no comparison`);
  else {
    const theirs = measure(`"${program}" -i hosts --list`, folder);
    show('ansible-inventory', theirs);
    delete theirs.listed._meta.profile;
    const isSame = JSON.stringify(theirs.listed) === JSON.stringify(ours.listed);
    console.log(
      `ratio              ${(theirs.wall / ours.wall).toFixed(1)} in time, ${(theirs.cpu / ours.cpu).toFixed(1)} in CPU, ${(theirs.memoryMb / ours.memoryMb).toFixed(1)} in memory; ${isSame ? 'the same list' : 'DIFFERENT LISTS'}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
