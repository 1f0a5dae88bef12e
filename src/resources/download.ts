/** A file fetched from a URL: by its checksum, or once. See curl(1). */
import { mapText, type Text } from '../base/secret.ts';
import { feed, type Script, sh, steps } from '../base/shell.ts';
import { type Attributes, inheritAttributes, owners, setAttributes, wantedAttributes } from './attributes.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';
import { checkPath } from './paths.ts';

export type DownloadProps = CommonProps &
  Attributes & {
    readonly url: Text;
    readonly checksum?: { readonly algorithm: Algorithm; readonly digest: string };
    /** Lines such as `Authorization: …`. */
    readonly headers?: readonly Text[];
    readonly insecure?: boolean;
    readonly timeoutSeconds?: number;
  };

export type Algorithm = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Prints for each file its attributes and, where a checksum is wanted, its digest. */
const probe: Probe<DownloadProps> = {
  name: 'downloads',
  script: (items) =>
    steps(
      ...items.map(
        (
          { name, props },
          index,
        ) => sh`if test -f ${name}; then printf '@download %s %s ' ${index} "$(stat -L -c '%a %U %G' -- ${name})"
${props.checksum ? sh`${sumTool(props.checksum.algorithm)} <${name} | cut -d' ' -f1` : sh`echo -`}; fi`,
      ),
      sh`true`,
    ),
  parse: (stdout, items) =>
    new Map(
      stdout.split('\n').flatMap((line): [string, Observed][] => {
        const [mark, index = '', mode = '', owner = '', group = '', digest = ''] = line.split(' ');
        const item = items[Number(index)];
        if (mark !== '@download' || !item) return [];
        return [[item.name, { file: 'there', mode: mode.padStart(4, '0'), owner, group, digest }]];
      }),
    ),
};

/**
 * Fetches a file to this path.
 * @example download('/opt/x.tar.gz', { url: 'https://example.org/x.tar.gz', checksum: { algorithm: 'sha256', digest } })
 */
export const download = defineKind<DownloadProps>({
  kind: 'download',
  lane: 'slow',
  probe,
  desired(props, name): State {
    checkPath(name);
    return {
      file: 'there',
      ...wantedAttributes(props, '0644'),
      ...(props.checksum && { digest: props.checksum.digest }),
    };
  },
  touches: (props, name) => ({ path: name, ...owners(props) }),
  loadables: (_props, path) => [{ type: 'file', path }],
  apply({ name, props, before, keys, after }) {
    if (!after) return sh`rm -f -- ${name}`;
    if (before && !keys.has('digest')) return setAttributes(props, '0644', sh`${name}`);
    const { checksum } = props;
    return steps(
      sh`gd_begin ${name}`,
      fetchTo(sh`"$gd_new"`, props),
      checksum &&
        sh`gd_sum=$(${sumTool(checksum.algorithm)} <"$gd_new" | cut -d' ' -f1)
test "$gd_sum" = ${checksum.digest} || { echo "its checksum is $gd_sum" >&2; exit 1; }`,
      inheritAttributes(name, props.looseFor ?? 'root', '0644'),
      setAttributes(props, '0644', sh`"$gd_new"`),
      sh`gd_commit ${name}`,
    );
  },
});

function sumTool(algorithm: Algorithm): Script {
  return sh`${`${algorithm}sum`}`;
}

/** Fetches a URL; it and the headers go in by standard input, as an argument would show a password in them. */
export function fetchTo(
  target: Script,
  {
    url,
    headers = [],
    insecure = false,
    timeoutSeconds = 30,
  }: Pick<DownloadProps, 'url' | 'headers' | 'insecure' | 'timeoutSeconds'>,
): Script {
  const quoted = (name: string, text: Text): Text =>
    mapText(text, (one) => `${name} = "${one.replace(/["\\]/g, '\\$&')}"\n`);
  const words = [
    '-fsSL',
    '--retry',
    '2',
    '--connect-timeout',
    String(timeoutSeconds),
    ...(insecure ? ['-k'] : []),
  ];
  const config = [quoted('url', url), ...headers.map((header) => quoted('header', header))];
  return config.length === 1
    ? feed(config[0] ?? '', sh`curl ${words} -K - -o ${target}`)
    : sh`{ ${steps(...config.map((line) => sh`printf %s ${line}`))}
} | curl ${words} -K - -o ${target}`;
}
