/** Galaxy's API, asked by curl on Galaxy's own host; keys and contents go in on standard input. See docs.galaxyproject.org, "API". */
import { joinText, mapText, Secret, type Text } from '../../base/secret.ts';
import { feed, sh } from '../../base/shell.ts';
import type { ProofContext } from '../proof.ts';

/** Whom to ask. */
export type GalaxyServer = { readonly host: string; readonly url: string };

export type Request = {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly key?: Text;
  readonly body?: unknown;
};

/** What came back: the status (0 when nothing did), the body as text, and as data if it is JSON. */
export type Answer = { readonly status: number; readonly text: string; readonly json: unknown };

/** A request that went wrong, told to whoever asks which hop is broken. */
export class ApiFault extends Error {
  readonly answer: Answer;
  constructor(request: Request, answer: Answer) {
    super(`${request.method ?? 'GET'} ${request.path}: ${answer.status || 'no answer'} ${brief(answer.text)}`);
    this.answer = answer;
  }
}

export type GalaxyApi = (request: Request) => Promise<Answer>;

/** Makes a function that asks; it throws an ApiFault for anything but success. */
export function galaxyApi(context: ProofContext, server: GalaxyServer): GalaxyApi {
  return async (request) => {
    const answer = await askOnce(context, server, request);
    if (answer.status < 200 || answer.status > 299) throw new ApiFault(request, answer);
    return answer;
  };
}

async function askOnce(context: ProofContext, { host, url }: GalaxyServer, request: Request): Promise<Answer> {
  const options = joinText(
    [
      option('url', `${url.replace(/\/+$/, '')}${request.path}`),
      option('request', request.method ?? 'GET'),
      ...(request.key === undefined ? [] : [option('header', joinText(['x-api-key: ', request.key]))]),
      ...(request.body === undefined
        ? []
        : [option('header', 'Content-Type: application/json'), option('data-raw', bodyOf(request.body))]),
    ],
    '\n',
  );
  const script = feed(options, sh`curl -sS -m 60 -w ${'\n%{http_code}'} -K -`);
  const { stdout, stderr, code } = await context.ask(host, script);
  const end = stdout.lastIndexOf('\n');
  const status = Number(stdout.slice(end + 1)) || 0;
  const text = status > 0 ? stdout.slice(0, end) : stderr.trim() || `curl ended with ${code}`;
  return { status, text, json: parse(text) };
}

/** A line of curl's own configuration. */
function option(name: string, value: Text): Text {
  const quoted = mapText(value, (text) => text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n'));
  return joinText([`${name} = "`, quoted, '"']);
}

/** A password in a body is as secret as one elsewhere. */
function bodyOf(body: unknown): Text {
  const reveal = (_key: string, value: unknown) => value;
  return new Secret(JSON.stringify(body, reveal), '{…}');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function brief(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
