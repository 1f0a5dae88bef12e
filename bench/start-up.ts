/**
 * What starting up costs: the processor time of commands that ask no host, beside Node with an empty program, in turns. The
 * least of many runs counts, which says most on a machine that does other work, too.
 *
 *   npm run build && npx vite-node bench/start-up.ts --samples 15
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runTimed } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
const BIN = join(ROOT, 'bin/gatdeploy');
const { values: flags } = parseArgs({ options: { samples: { type: 'string', default: '15' } } });

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'Node alone': ['-e', '0'],
  '--version': [BIN, '--version'],
  'apply --help': [BIN, 'apply', '--help'],
  '--help': [BIN, '--help'],
  'a completion': [BIN, 'complete-words', 'hosts trust'],
  lint: [BIN, 'lint'],
  'plan --offline galaxy pulsar': [BIN, 'plan', '--offline', 'galaxy', 'pulsar'],
};

const least = new Map<string, number>();
for (let sample = 0; sample < Number(flags.samples); sample++) {
  for (const [name, args] of Object.entries(COMMANDS)) {
    const { cpuMs } = await runTimed(process.execPath, args, { cwd: ROOT, codes: [0, 1, 2, 3] });
    least.set(name, Math.min(cpuMs, least.get(name) ?? Infinity));
  }
}
const alone = least.get('Node alone') ?? 0;
for (const [name, cpuMs] of least)
  console.log(
    `${name.padEnd(30)} ${cpuMs.toFixed(0).padStart(5)} ms CPU, ${(cpuMs / alone).toFixed(2)} x Node alone`,
  );
