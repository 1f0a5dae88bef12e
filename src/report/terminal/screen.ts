/** A terminal with a live picture at its bottom: what is to stay is written above, in order, the picture out of the way. */
import { draw, type Line, type Lines, noPaint, type Paint } from '../line.ts';
import type { Output } from '../output.ts';
import { type Live, startLive } from './live.ts';
import { loadPaint } from './paint.ts';

export type Screen = {
  /** Begins to show the picture, unless it is shown. */
  readonly animate: () => void;
  /** Takes the picture away and writes lines. */
  readonly write: (output: Output, lines: Lines) => void;
  /** Writes lines above the picture, which goes on. */
  readonly interject: (lines: Lines) => void;
  /** Takes the picture away, and writes nothing until the answer is there. */
  readonly pause: <T>(ask: () => Promise<T>) => Promise<T>;
  /** Ends the picture and resolves when all is written. @throws whatever went wrong while drawing */
  readonly close: () => Promise<void>;
};

/** Makes a screen whose picture is on `stream`. */
export function makeScreen(stream: Output, color: boolean, picture: () => Lines): Screen {
  let paint: Paint = noPaint;
  let live: Live | undefined;
  let animated = false;
  const waiting: Line[] = [];
  const { later, drained } = makeQueue();
  const clear = async (): Promise<void> => {
    animated = false;
    await live?.stop();
    live = undefined;
  };
  const start = async (): Promise<void> => {
    live ??= await startLive(stream, () => draw(picture(), paint).trimEnd());
  };
  const paintFor = (output: Output): Paint => (output.isTTY ? paint : noPaint);
  void later(async () => {
    paint = await loadPaint(color);
  });
  return {
    animate() {
      if (animated) return;
      animated = true;
      void later(start);
    },
    write: (output, lines) =>
      void later(async () => {
        await clear();
        output.write(draw(lines, paintFor(output)));
      }),
    interject(lines) {
      const isWaiting = waiting.length > 0;
      waiting.push(...lines);
      // What comes in one rush is written at once: for each line alone the picture would go and come.
      if (isWaiting || lines.length === 0) return;
      void later(async () => {
        const wasLive = live !== undefined;
        await clear();
        stream.write(draw(waiting.splice(0), paint));
        animated = wasLive;
        if (wasLive) await start();
      });
    },
    pause: (ask) => later(() => clear().then(ask)),
    async close() {
      void later(clear);
      await drained();
    },
  };
}

/** Does one thing after the other; one that fails holds up none, and is told in the end. */
function makeQueue() {
  let last: Promise<unknown> = Promise.resolve();
  const failures: unknown[] = [];
  return {
    later<T>(task: () => Promise<T>): Promise<T> {
      const done = last.then(task);
      last = done.catch((error: unknown) => failures.push(error));
      return done;
    },
    async drained(): Promise<void> {
      await last;
      if (failures.length > 0) throw failures[0];
    },
  };
}
