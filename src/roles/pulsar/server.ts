/** What serves a Pulsar: a message queue needs nothing, HTTP a web server, which one depends on Pulsar's version. */
import { type Script, sh } from '../../base/shell.ts';
import type { Layout } from './layout.ts';
import type { PulsarValues } from './vars.ts';

export type Server = 'webless' | 'gunicorn' | 'paster' | 'uwsgi';

/** What serves this Pulsar. Since 0.15.15 it comes with gunicorn, before that with Paste. */
export function serverOf(v: PulsarValues): Server {
  const runner = v.pulsar_systemd_runner;
  if (runner === 'webless' || runner === 'uwsgi') return runner;
  return isOld(v) ? 'paster' : 'gunicorn';
}

/** Whether this is a Pulsar with Paste, which needs setuptools' pkg_resources. */
export function isOld(v: PulsarValues): boolean {
  return isBefore(v.pulsar_package_version, [0, 15, 15]);
}

function isBefore(version: string | undefined, other: readonly number[]): boolean {
  const numbers = /^(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(version ?? '')
    ?.slice(1)
    .map((one) => Number(one ?? 0));
  if (!numbers) return false;
  const at = numbers.findIndex((one, index) => one !== other[index]);
  return at >= 0 && (numbers[at] ?? 0) < (other[at] ?? 0);
}

/** Its command. Not by Pulsar's start script, which would be stopped before Pulsar, so that Pulsar would be killed. */
export function serverCommand(v: PulsarValues, { python, starter }: Layout): string {
  const bin = `${v.pulsar_venv_dir}/bin`;
  const ini = `${v.pulsar_config_dir}/server.ini`;
  const commands: Readonly<Record<Server, string>> = {
    webless: `${python} ${starter} ${v.pulsar_config_dir}`,
    gunicorn: `${bin}/pulsar-serve ${ini}`,
    paster: `${python} ${bin}/paster serve ${ini}`,
    uwsgi: `${bin}/uwsgi --ini-paste ${ini}`,
  };
  return commands[serverOf(v)];
}

/** Fails where the installed Pulsar is not served in this way, or would serve without TLS as it can't read its certificate. */
export function checkServer(v: PulsarValues, layout: Layout): Script {
  const server = serverOf(v);
  if (server === 'webless') return sh`:`;
  const program = `${v.pulsar_venv_dir}/bin/${server === 'gunicorn' ? 'pulsar-serve' : server}`;
  const missing = `${program} is missing: this Pulsar is not served by ${server}; set pulsar_package_version, or pulsar_systemd_runner`;
  return sh`test -x ${program} || { echo ${missing} >&2; exit 1; }
${checkPem(v, layout)}`;
}

/** Pulsar leaves TLS out without a word where the file is not there. */
function checkPem(v: PulsarValues, { user }: Layout): Script {
  const pem = v.pulsar_ssl_pem;
  if (pem === undefined) return sh`:`;
  const unread = `${user.name} cannot read ${pem}, so that Pulsar would be served without TLS`;
  const unfit = `${pem} does not hold a private key and its certificate`;
  return sh`runuser -u ${user.name} -- test -r ${pem} || { echo ${unread} >&2; exit 1; }
gd_pub=$(openssl x509 -in ${pem} -noout -pubkey 2>/dev/null) && test -n "$gd_pub" &&
test "$gd_pub" = "$(openssl pkey -in ${pem} -pubout 2>/dev/null)" || { echo ${unfit} >&2; exit 1; }`;
}
