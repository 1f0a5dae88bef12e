/** Notices a half-open link, on which packets vanish without an error. See ssh_config(5), "ServerAliveInterval". */
import type { Duplex } from 'node:stream';
import type { SshTarget } from '../target/target.ts';

/** No link in use is slower; what was sent and is not yet through at this rate is no reason to give up. */
const SLOWEST_BYTES_PER_MS = 1;
const MAX_EXTRA_TICKS = 8;

/** Destroys the stream when the host has been silent for too long; ssh2 asks it for signs of life meanwhile. */
export function watchSilence(stream: Duplex & { bytesWritten?: number }, target: SshTarget): void {
  const { aliveIntervalMs, aliveCountMax } = target;
  if (aliveIntervalMs <= 0) return;
  const perTick = aliveIntervalMs * SLOWEST_BYTES_PER_MS;
  let [silentTicks, extraTicks] = [0, 0];
  let [onTheWay, counted] = [0, stream.bytesWritten ?? 0];
  stream.on('data', () => {
    [silentTicks, extraTicks] = [0, 0];
  });
  // Ticks are counted rather than time, so that a machine that slept does not find all its links dead.
  const timer = setInterval(() => {
    const written = stream.bytesWritten ?? 0;
    onTheWay += written - counted;
    counted = written;
    if (onTheWay >= perTick && extraTicks < MAX_EXTRA_TICKS) extraTicks += 1;
    else silentTicks += 1;
    onTheWay = Math.max(0, onTheWay - perTick);
    if (silentTicks > aliveCountMax) {
      stream.destroy(new Error(`no sign of life for ${((silentTicks + extraTicks) * aliveIntervalMs) / 1000} s`));
    }
  }, aliveIntervalMs);
  timer.unref();
  stream.on('close', () => clearInterval(timer));
}
