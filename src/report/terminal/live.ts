/** A picture that stands at the bottom of the terminal and is redrawn in place, by listr2. */
import type { Output } from '../output.ts';

/** A live picture; `stop` takes it away without a trace. */
export type Live = { readonly stop: () => Promise<void> };

const REDRAW_MS = 200;

/**
 * Shows what `picture` gives, five times a second, until it is stopped.
 * One task whose title is the whole picture: the number of lines changes with the hosts, which tasks of listr2 can't.
 */
export async function startLive(stream: Output, picture: () => string): Promise<Live> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const screen = stream as NodeJS.WriteStream;
  const identity = (text = ''): string => text;
  const rendererOptions = {
    logger: new ListrLogger({ processOutput: new ProcessOutput(screen, screen, { leaveEmptyLine: false }) }),
    clearOutput: true,
    formatOutput: 'truncate' as const,
    color: { PENDING: identity },
  };
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const list = new Listr(
    [
      {
        title: picture(),
        task: async (_context, task) => {
          const timer = setInterval(() => {
            task.title = picture();
          }, REDRAW_MS);
          await ended;
          clearInterval(timer);
        },
      },
    ],
    {
      renderer: 'default',
      rendererOptions,
      // listr2 looks at stdout for a terminal, but progress goes to stderr: that is decided before it is asked.
      fallbackRenderer: 'default',
      fallbackRendererOptions: rendererOptions,
      registerSignalListeners: false,
    },
  );
  const run = list.run();
  return {
    async stop() {
      end();
      await run;
    },
  };
}
