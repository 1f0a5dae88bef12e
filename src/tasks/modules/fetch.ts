/** fetch: a file of the host for the project's side. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { sh } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import { type Action, defineModule, type ModuleContext, type Result } from '../action.ts';
import { runAs } from '../as-user.ts';
import type { KeptPlace } from '../files.ts';
import { hostPath } from './common.ts';

/** A host can't fill the disk of whoever asks it; all of it comes through the output of a script. */
const MAX_BYTES = 3_000_000;

/** `fetch`: nothing is written while a plan is made; a file that is here already isn't fetched again. */
export const fetchModule = defineModule({
  name: 'ansible.builtin.fetch',
  params: {
    src: { type: 'str', required: true },
    dest: { type: 'str', required: true },
    flat: { type: 'bool' },
    fail_on_missing: { type: 'bool' },
    validate_checksum: { type: 'raw', ignored: 'what comes is what was sent' },
  },
  run(args, context): Action {
    const src = hostPath(args.src ?? '', 'src', context, 'fetch');
    const place = placeOf(src, args.dest ?? '', args.flat ?? false, context.host);
    const here = context.files.kept(place);
    const as = { user: context.user, environment: [] };
    return {
      type: 'script',
      isReading: false,
      judges: true,
      script: runAs(
        sh`test -f ${src} || exit 66
test "$(stat -L -c %s -- ${src})" -le ${MAX_BYTES} || exit 67
base64 -w 0 -- ${src}`,
        as,
      ),
      ...(here && { done: runAs(sh`test "$(sha256sum <${src})" = ${`${digest('sha256', here)}  -`}`, as) }),
      already: new Map<string, Value>([...told(place.shown, here ?? Buffer.alloc(0)), ['changed', false]]),
      result: (output) => resultOf(output, { src, place, fails: args.fail_on_missing ?? true }, context),
    };
  },
});

type Place = KeptPlace & { readonly shown: string };

/** `dest/HOST/path`, or with flat just what dest says. The path of the host is made plain first, so it can't lead out. */
function placeOf(src: string, dest: string, isFlat: boolean, host: string): Place {
  if (!isFlat) {
    const inside = posix.join(host.replaceAll('/', '_'), src);
    return { folder: dest, inside, shown: posix.join(dest, inside) };
  }
  const folder = dest.endsWith('/') ? dest : posix.dirname(dest);
  const inside = posix.basename(dest.endsWith('/') ? src : dest);
  return { folder, inside, shown: posix.join(folder, inside) };
}

type Fetched = { readonly src: string; readonly place: Place; readonly fails: boolean };

function resultOf(output: RunOutput, { src, place, fails }: Fetched, { files }: ModuleContext): Result {
  const isMissing = output.code === 66;
  if (output.code !== 0)
    return new Map<string, Value>([
      ['changed', false],
      ['failed', fails || !isMissing],
      ['file', src],
      [
        'msg',
        isMissing
          ? 'the remote file does not exist, not transferring'
          : output.code === 67
            ? `${src} has more than ${MAX_BYTES} bytes; fetch it with scp`
            : `cannot read ${src}: ${output.stderr.trim()}`,
      ],
    ]);
  const bytes = Buffer.from(output.stdout, 'base64');
  const isNew = files.keep(place, bytes);
  return new Map<string, Value>([...told(place.shown, bytes), ['changed', isNew]]);
}

function told(dest: string, bytes: Buffer): readonly (readonly [string, Value])[] {
  return [
    ['dest', dest],
    ['checksum', digest('sha1', bytes)],
    ['remote_checksum', digest('sha1', bytes)],
    ['md5sum', digest('md5', bytes)],
    ['remote_md5sum', null],
  ];
}

function digest(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
