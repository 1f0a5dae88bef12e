/** uri: asking a server. See curl(1). */
import { joinText, mapText, Secret, type Text } from '../../base/secret.ts';
import { type Script, sh, steps } from '../../base/shell.ts';
import { isDict, isList, type Scalar, type Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import type { Action, Result } from '../action.ts';
import { defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';
import { holdsSecret, jsonOf, textOfScalar } from '../params.ts';
import { hostPath } from './common.ts';

/** `uri` */
export const uriModule = defineModule({
  name: 'ansible.builtin.uri',
  params: {
    url: { type: 'text', required: true },
    method: { type: 'str' },
    body: { type: 'raw' },
    body_format: { type: 'str', choices: ['raw', 'json', 'form-urlencoded'] },
    headers: { type: 'dict' },
    status_code: { type: 'list' },
    return_content: { type: 'bool' },
    timeout: { type: 'int' },
    validate_certs: { type: 'bool' },
    follow_redirects: { type: 'str' },
    url_username: { type: 'str', aliases: ['user'] },
    url_password: { type: 'text', aliases: ['password'] },
    force_basic_auth: { type: 'raw', ignored: 'a login is always sent' },
    ca_path: { type: 'path' },
    client_cert: { type: 'path' },
    client_key: { type: 'path' },
    unix_socket: { type: 'path' },
    dest: { type: 'path', refused: 'use get_url' },
    src: { type: 'path', refused: 'give the content as body' },
    creates: { type: 'path' },
    removes: { type: 'path' },
    force: { type: 'raw', ignored: 'nothing is cached' },
    http_agent: { type: 'raw', ignored: 'curl names itself' },
    use_proxy: { type: 'raw', ignored: 'proxies come from the environment' },
    remote_src: { type: 'raw', ignored: 'there is no src' },
  },
  run(args, context): Action {
    const method = (args.method ?? 'GET').toUpperCase();
    const [body, type] = bodyOf(args.body, args.body_format ?? 'raw');
    const headers = [...(type === undefined ? [] : [`Content-Type: ${type}`]), ...headersOf(args.headers)];
    const config: readonly Text[] = [
      line('url', args.url ?? ''),
      ...headers.map((one) => line('header', one)),
      ...loginOf(args.url_username, args.url_password),
      ...(body === undefined ? [] : [line('data-raw', body)]),
    ];
    const path = (name: 'creates' | 'removes'): string => hostPath(args[name] ?? '', name, context, 'uri');
    return {
      type: 'script',
      isReading: false,
      judges: true,
      script: runAs(ask(config, wordsOf(method, args)), { user: context.user, environment: context.environment }),
      ...(args.creates !== undefined && { done: sh`test -e ${path('creates')}` }),
      ...(args.removes !== undefined && { done: sh`test ! -e ${path('removes')}` }),
      result: (output) =>
        answerOf(output, {
          statuses: (args.status_code ?? ['200']).map(Number),
          wantsContent: args.return_content ?? false,
        }),
    };
  },
});

/** Prints the status, then headers and body in base64. */
function ask(config: readonly Text[], words: readonly string[]): Script {
  return sh`gd_out=$(mktemp); gd_head=$(mktemp); trap 'rm -f -- "$gd_out" "$gd_head"' EXIT
gd_status=$({ ${steps(...config.map((one) => sh`printf %s ${one}`))}
} | curl ${words} -K - -D "$gd_head" -o "$gd_out" -w '%{http_code} %{url_effective}') || gd_code=$?
printf '%s\n' "$gd_status"; base64 -w 0 "$gd_head"; echo; base64 -w 0 "$gd_out"; echo
exit "\${gd_code:-0}"`;
}

type CurlArgs = {
  readonly [K in 'follow_redirects' | 'ca_path' | 'client_cert' | 'client_key' | 'unix_socket']:
    | string
    | undefined;
} & { readonly validate_certs: boolean | undefined; readonly timeout: number | undefined };

const FOLLOWING = new Set(['all', 'yes', 'safe', 'urllib2', 'true']);

function wordsOf(method: string, args: CurlArgs): readonly string[] {
  return [
    '-sS',
    ...(method === 'HEAD' ? ['-I'] : ['-X', method]),
    ...(FOLLOWING.has((args.follow_redirects ?? 'safe').toLowerCase()) ? ['-L'] : []),
    ...(args.validate_certs === false ? ['-k'] : []),
    '--max-time',
    String(args.timeout ?? 30),
    ...option('--cacert', args.ca_path),
    ...option('--cert', args.client_cert),
    ...option('--key', args.client_key),
    ...option('--unix-socket', args.unix_socket),
  ];
}

function loginOf(user: string | undefined, password: Text = ''): readonly Text[] {
  return user === undefined ? [] : [line('user', joinText([`${user}:`, password]))];
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

function line(name: string, text: Text): Text {
  return mapText(
    text,
    (one) => `${name} = "${one.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"\n`,
  );
}

function headersOf(headers: ReadonlyMap<Scalar, Value> | undefined): readonly Text[] {
  return [...(headers ?? [])].map(([name, value]) =>
    joinText([
      `${String(name)}: `,
      isList(value) || isDict(value) ? JSON.stringify(jsonOf(value)) : textOfScalar(value),
    ]),
  );
}

function bodyOf(body: Value | undefined, format: string): readonly [Text | undefined, string | undefined] {
  if (body === undefined) return [undefined, undefined];
  const isText = !isList(body) && !isDict(body);
  if (format === 'json') return [isText && typeof body === 'string' ? body : encoded(body), 'application/json'];
  if (format === 'form-urlencoded' && isDict(body)) {
    const pairs = [...body].map(([key, value]) =>
      joinText([
        `${encodeURIComponent(String(key))}=`,
        mapText(isList(value) || isDict(value) ? '' : textOfScalar(value), encodeURIComponent),
      ]),
    );
    return [joinText(pairs, '&'), 'application/x-www-form-urlencoded'];
  }
  return [
    isText ? textOfScalar(body) : encoded(body),
    format === 'form-urlencoded' ? 'application/x-www-form-urlencoded' : undefined,
  ];
}

/** JSON; a secret inside makes all of it secret. */
function encoded(value: Value): Text {
  const text = JSON.stringify(jsonOf(value));
  return holdsSecret(value) ? new Secret(text) : text;
}

type Wish = { readonly statuses: readonly number[]; readonly wantsContent: boolean };

function answerOf({ code, stdout, stderr }: RunOutput, { statuses, wantsContent }: Wish): Result {
  const [status = '', head = '', body = ''] = stdout.split('\n');
  const [number = '0', url = ''] = status.split(' ');
  const content = Buffer.from(body, 'base64').toString('utf8');
  const headers = Buffer.from(head, 'base64')
    .toString('utf8')
    .split(/\r?\n/)
    .flatMap((one): [string, Value][] => {
      const at = one.indexOf(':');
      return at > 0
        ? [[one.slice(0, at).trim().toLowerCase().replaceAll('-', '_'), one.slice(at + 1).trim()]]
        : [];
    });
  const isGood = code === 0 && statuses.includes(Number(number));
  const json = /json/.test(String(new Map(headers).get('content_type') ?? '')) ? parsed(content) : undefined;
  return new Map<string, Value>([
    ...headers,
    ['status', Number(number) || -1],
    ['url', url],
    // As in Ansible: only the server knows.
    ['changed', false],
    ['failed', !isGood],
    [
      'msg',
      isGood ? 'OK' : code === 0 ? `Status code was ${number} and not ${statuses.join(', ')}` : stderr.trim(),
    ],
    ...(wantsContent || !isGood ? [['content', content] as const] : []),
    ...(json === undefined ? [] : [['json', json] as const]),
  ]);
}

function parsed(text: string): Value | undefined {
  try {
    return valueOfJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Parsed JSON as a value; nothing in it is ever a template. */
export function valueOfJson(json: unknown): Value {
  if (Array.isArray(json)) return json.map(valueOfJson);
  if (json !== null && typeof json === 'object')
    return new Map<Scalar, Value>(Object.entries(json).map(([key, item]) => [key, valueOfJson(item)]));
  return json as Scalar;
}
