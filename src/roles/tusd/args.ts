/** What tusd is told on its command line, of which the rest has to know a part. */

/** Where a server listens and keeps uploads. */
export type Listening = {
  readonly host: string;
  readonly port: string;
  readonly socket: string | undefined;
  readonly base: string;
  readonly uploads: string;
};

/** Reads `-port=1080`, `--port=1080` and `-port 1080`, with tusd's own defaults. */
export function listeningOf(args: readonly string[]): Listening {
  const options = optionsOf(args);
  return {
    host: options.get('host') ?? '0.0.0.0',
    port: options.get('port') ?? '1080',
    socket: options.get('unix-sock'),
    base: options.get('base-path') ?? '/files/',
    uploads: options.get('upload-dir') ?? options.get('dir') ?? './data',
  };
}

function optionsOf(args: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    args.flatMap((arg, index): [string, string][] => {
      const [, name, , value] = /^--?([a-z][a-z0-9-]*)(=(.*))?$/s.exec(arg) ?? [];
      return name === undefined ? [] : [[name, value ?? args[index + 1] ?? '']];
    }),
  );
}

/** Quotes an argument for ExecStart, where `%` and `$` have meanings of their own. See systemd.service(5), "Command lines". */
export function quoteForUnit(arg: string): string {
  const plain = arg.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[^\s"'\\;]+$/.test(plain)) return plain;
  return `"${plain.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
