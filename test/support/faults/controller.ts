/** A controller as a process of its own, for tests that kill, stop and interrupt it. */
import { readFileSync } from 'node:fs';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { withOutput } from '../../../src/cli/run/output.ts';
import { listenForSignals } from '../../../src/cli/run/signals.ts';
import { type Behaviour, stackOf } from './behaviour.ts';
import { runOn } from './world.ts';

const behaviour = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Behaviour;
let told = 0;

/** Does to itself what the test asked for, at the event that it named. */
function act(): void {
  told++;
  if (told === behaviour.killAt) process.kill(process.pid, 'SIGKILL');
  if (told === behaviour.stopAt) process.kill(process.pid, 'SIGSTOP');
}

// As the command line does: whoever read the output may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

await withOutput({ json: true }, async (output) => {
  const interruption = listenForSignals(output);
  try {
    const { outcome } = await runOn(behaviour.reach, stackOf(behaviour), {
      lockWaitMs: behaviour.lockWaitMs ?? 0,
      signal: interruption.signal,
      leave: interruption.leave,
      who: 'a controller of a test',
      emit: (event) => {
        output.reporter.emit(event);
        act();
      },
    });
    return interruption.exitCode() ?? exitCodeOf(outcome ? { outcome } : {});
  } finally {
    interruption.release();
  }
});
