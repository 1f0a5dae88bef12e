/**
 * Whether a user can log in to a virtual host of a broker over TLS: the real protocol, AMQP 0-9-1, spoken through openssl, so
 * that the host needs no client library. The password goes in on standard input. See the AMQP 0-9-1 specification, 1.4.
 */
import { reveal, Secret, type Text } from '../../base/secret.ts';
import { type Script, sh } from '../../base/shell.ts';
import type { Check, CheckOutput, Verdict } from '../check.ts';

export type AmqpLogin = {
  readonly id: string;
  /** Inventory name of the host that logs in. */
  readonly from: string;
  readonly address: string;
  readonly port: number;
  /** Name that the certificate must have; without it the chain isn't looked at, as another check does. */
  readonly verifyName?: string;
  readonly user: string;
  readonly password: Text;
  readonly vhost: string;
};

/** From where checks come to a broker of their own host, so that its log tells their logins from those of real clients. */
export const PROBE_ADDRESS = '127.0.0.9';

/** Logs in, opens the virtual host, and takes leave. */
export function amqpLogin(login: AmqpLogin): Check {
  const target = `${login.address}:${login.port}`;
  const verify =
    login.verifyName === undefined ? [] : ['-verify_return_error', '-verify_hostname', login.verifyName];
  const from = login.address === '127.0.0.1' ? ['-bind', `${PROBE_ADDRESS}:0`] : [];
  return {
    id: login.id,
    host: login.from,
    title: `${login.user} can log in to ${login.vhost} over TLS`,
    asks: `AMQP 0-9-1 login of ${login.user} to ${login.vhost} through openssl s_client -connect ${target}`,
    script: converse(conversation(login), target, [...from, ...verify]),
    judge: (output) => judgeLogin(output, login),
  };
}

/**
 * Says all and prints what comes back. The broker leaves it to the client to hang up, and openssl does so when its input
 * ends: that is held open until the broker's close-ok is there, or until nothing more can come.
 */
function converse(said: Buffer, target: string, options: readonly string[]): Script {
  return sh`gd_dir=$(mktemp -d) || exit
trap 'rm -rf "$gd_dir"' EXIT
gd_hold() {
  gd_left=150
  until [ -e "$gd_dir/ended" ] || [ "$gd_left" = 0 ]; do
    if od -An -v -tx1 "$gd_dir/heard" 2>/dev/null | tr -d ' \n' | grep -q ${CLOSE_OK}; then break; fi
    sleep 0.1; gd_left=$((gd_left - 1))
  done
}
{ printf ${octal(said)}; gd_hold; } | {
  timeout 15 openssl s_client -quiet -no_ign_eof -connect ${target} ${options} >"$gd_dir/heard"
  : >"$gd_dir/ended"
}
od -An -v -tx1 "$gd_dir/heard"
`;
}

/** Class 10, method 51, and the end of its frame. */
const CLOSE_OK = '000a0033ce';

/** All that the client says; a broker takes it in one go, and answers in turn. */
function conversation(login: AmqpLogin): Buffer {
  const properties = table([
    shortString('capabilities'),
    'F',
    table([shortString('authentication_failure_close'), 't', byte(1)]),
  ]);
  const plain = Buffer.from(`\0${login.user}\0${reveal(login.password)}`);
  return Buffer.concat([
    Buffer.from('AMQP\0\0\x09\x01', 'latin1'),
    method(10, 11, [properties, shortString('PLAIN'), long(plain.length), plain, shortString('en_US')]),
    method(10, 31, [short(1), long(131_072), short(0)]),
    method(10, 40, [shortString(login.vhost), shortString(''), byte(0)]),
    method(10, 50, [short(200), shortString('bye'), short(0), short(0)]),
  ]);
}

const byte = (value: number): Buffer => Buffer.from([value]);
const short = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const shortString = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([byte(bytes.length), bytes]);
};
const table = (parts: readonly (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([long(bytes.length), bytes]);
};

/** A frame of type 1 on channel 0. */
function method(classId: number, methodId: number, parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat([short(classId), short(methodId), ...parts]);
  return Buffer.concat([byte(1), short(0), long(payload.length), payload, byte(0xce)]);
}

/** Bytes as printf(1) takes them. */
function octal(bytes: Buffer): Secret {
  return new Secret([...bytes].map((one) => `\\${one.toString(8).padStart(3, '0')}`).join(''));
}

/** One method that the broker sent: `10.41`, and for a close its code and text. */
type Said = { readonly method: string; readonly code?: number; readonly text?: string };

/** Parses the hexadecimal dump of what the broker said. */
export function parseFrames(dump: string): readonly Said[] {
  const bytes = Buffer.from(dump.replace(/\s+/g, ''), 'hex');
  const said: Said[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at + 3);
    const payload = bytes.subarray(at + 7, at + 7 + size);
    if (bytes[at] === 1 && payload.length === size && size >= 4) said.push(parseMethod(payload));
    at += size + 8;
  }
  return said;
}

function parseMethod(payload: Buffer): Said {
  const name = `${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`;
  if (name !== '10.50' || payload.length < 7) return { method: name };
  const text = payload.subarray(7, 7 + (payload[6] ?? 0)).toString('utf8');
  return { method: name, code: payload.readUInt16BE(4), text };
}

function judgeLogin({ stdout, stderr }: CheckOutput, login: AmqpLogin): Verdict {
  const said = parseFrames(stdout);
  const closed = said.find((one) => one.method === '10.50');
  if (said.some((one) => one.method === '10.41')) return { ok: true, got: 'logged in, the virtual host is open' };
  if (closed?.code === 403)
    return {
      ok: false,
      got: `refused: ${closed.text}`,
      fix: `apply again: it sets the password and the permissions of ${login.user}`,
    };
  if (closed) return { ok: false, got: `${closed.code} ${closed.text}`, fix: `see whether ${login.vhost} exists` };
  const got = said.length > 0 ? 'the broker closed the connection' : lastLine(stderr) || 'no answer';
  return { ok: false, got, fix: 'see the check of the TLS handshake, and the log in /var/log/rabbitmq' };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
