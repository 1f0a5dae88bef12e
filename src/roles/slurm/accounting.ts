/** Slurm's accounting: its daemon and, where that is on the same host, the database that it writes to. See slurmdbd.conf(5). */
import { joinText, reveal, type Text } from '../../base/secret.ts';
import { feed, type Script, sh } from '../../base/shell.ts';
import { aptPackage, command, file, type Resource, service } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { NOTICE } from './config.ts';
import { brokenName, noPassword } from './errors.ts';
import type { Layout } from './layout.ts';
import type { SlurmValues } from './vars.ts';

/** Declares the daemon; `before` are munge and the account. @throws GatError var/required, role/unsupported-value */
export function declareAccounting(
  v: SlurmValues,
  host: HostContext,
  { layout, before }: { readonly layout: Layout; readonly before: readonly Resource[] },
): readonly Resource[] {
  const options = accountingOptions(v, layout);
  const unit = `${v.slurmdbd_service_name}.service`;
  const server = isLocal(options) && v.slurmdbd_manage_database ? declareDatabase(host, options) : [];
  const daemon = aptPackage('slurmdbd', { latest: v.slurm_upgrade, holdUnits: [unit], after: before });
  const conf = file(`${layout.config}/slurmdbd.conf`, {
    content: joinText([NOTICE, ...[...options].map(([key, value]) => joinText([`${key}=`, value, '\n']))]),
    owner: layout.user,
    group: layout.user,
    // The daemon refuses a file that others can read.
    mode: '0600',
    after: [daemon],
  });
  const state = v.slurm_start_services ? {} : { running: null, enabled: null };
  const running = service(unit, {
    ...state,
    loads: [daemon, conf],
    ready: answers(v.slurmdbd_service_name, String(options.get('DbdPort'))),
    explain: sh`journalctl -u ${unit} -n 20 -o cat --no-pager >&2`,
    after: [...before, ...server],
  });
  return [...server, daemon, conf, running];
}

/** All options of slurmdbd.conf, in order. */
export function accountingOptions(v: SlurmValues, layout: Layout): ReadonlyMap<string, Text> {
  const merged: Readonly<Record<string, Text | boolean | null>> = {
    AuthType: 'auth/munge',
    DbdHost: 'localhost',
    DbdPort: '6819',
    LogFile: `${layout.logs}/slurmdbd.log`,
    PidFile: '/run/slurmdbd.pid',
    SlurmUser: layout.user,
    StorageHost: 'localhost',
    StorageLoc: 'slurm_acct_db',
    StorageType: 'accounting_storage/mysql',
    StorageUser: layout.user,
    ...v.slurmdbd_config,
  };
  const shown = Object.entries(merged).flatMap(([key, value]): [string, Text][] =>
    value === null ? [] : [[key, typeof value === 'boolean' ? (value ? 'YES' : 'NO') : value]],
  );
  return new Map(shown.sort(([a], [b]) => a.localeCompare(b, 'en')));
}

function isLocal(options: ReadonlyMap<string, Text>): boolean {
  return /^(?:localhost|127\.0\.0\.1)$/.test(reveal(options.get('StorageHost') ?? ''));
}

/** A database of its own on this host's MariaDB; the password goes in on standard input. */
function declareDatabase(host: HostContext, options: ReadonlyMap<string, Text>): readonly Resource[] {
  const name = reveal(options.get('StorageLoc') ?? '');
  const user = reveal(options.get('StorageUser') ?? '');
  const password = options.get('StoragePass');
  if (password === undefined) throw noPassword(host);
  if (!/^\w+$/.test(name) || !/^\w+$/.test(user)) throw brokenName(host, /^\w+$/.test(name) ? user : name);
  if (/['"\\\n]/.test(reveal(password))) throw brokenName(host, 'StoragePass');
  const server = aptPackage('mariadb-server', {});
  const running = service('mariadb.service', { loads: [server] });
  const login = joinText(['[client]\nuser=', user, '\npassword="', password, '"\n']);
  const sql = joinText([
    `create database if not exists ${name};\ncreate user if not exists '${user}'@'localhost';\nalter user '${user}'@'localhost' identified by '`,
    password,
    `';\ngrant all on ${name}.* to '${user}'@'localhost';\n`,
  ]);
  const made = command(`accounting database ${name}`, {
    unless: feed(login, sh`timeout 20 mariadb --defaults-file=/dev/stdin ${name} -e 'select 1'`),
    run: feed(sql, sh`mariadb`),
    after: [running],
  });
  return [server, running, made];
}

/** It makes its tables first, and ends where it cannot log in. */
function answers(unit: string, port: string): Script {
  return sh`gd_try=0
until test -n "$(ss -Hltn "( sport = :${port} )")"; do
gd_try=$((gd_try + 1)); sleep 0.5
if systemctl is-failed -q -- ${unit} || test "$gd_try" -ge 120; then journalctl -u ${unit} -n 20 -o cat --no-pager >&2; exit 1; fi
done`;
}
