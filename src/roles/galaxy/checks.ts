/** What shows that Galaxy works: its units, its answer from where its users are. */
import { sh } from '../../base/shell.ts';
import type { Check } from '../../verify/check.ts';
import { notAnswered } from '../../verify/checks/broker-answer.ts';
import { closedFiles } from '../../verify/checks/closed-files.ts';
import { freeSpace } from '../../verify/checks/space.ts';
import type { HostContext } from '../role.ts';
import { appSection } from './config.ts';
import { jobConf, listeningQueues } from './destinations.ts';
import { textOf } from './dicts.ts';
import { filesOf } from './files.ts';
import { layoutOf } from './layout.ts';
import { restPulsarChecks } from './rest-pulsars.ts';
import { PRINT_STANDINGS, parseStandings, TARGET, UNITS } from './units.ts';
import type { GalaxyValues } from './vars.ts';

/** All checks of Galaxy on a host. */
export function galaxyChecks(v: GalaxyValues, host: HostContext): readonly Check[] {
  const galaxy = appSection(v, layoutOf(v, host));
  const conf = jobConf(galaxy, filesOf(v, host));
  const pulsars = conf === undefined ? [] : restPulsarChecks(conf, host);
  if (v.galaxy_install_method === 'existing' || !v.galaxy_manage_systemd) return pulsars;
  const url = textOf(galaxy, 'galaxy_infrastructure_url');
  return [
    units(host),
    ...surroundings(v, host),
    ...(url === undefined ? [] : [version(host, url)]),
    ...(conf === undefined ? [] : listeningQueues(conf, host).map((queue) => listens(queue, host))),
    ...pulsars,
  ];
}

/** Less than this is soon full of datasets. */
const GIGABYTES = 5;

function surroundings(v: GalaxyValues, host: HostContext): readonly Check[] {
  const { galaxyYml, config } = layoutOf(v, host);
  const files = [galaxyYml, ...filesOf(v, host).map(({ path }) => path)];
  const path = v.galaxy_file_path;
  return [
    closedFiles({ id: 'galaxy/secrets', host: host.name, files, folders: [config] }),
    ...(path ? [freeSpace({ id: 'galaxy/space', host: host.name, path, gigabytes: GIGABYTES })] : []),
  ];
}

/** A target stays active while what it wants has failed, and systemd starts again and again what ends. */
function units(host: HostContext): Check {
  return {
    id: 'galaxy/units',
    host: host.name,
    title: "all of Galaxy's units run",
    asks: `systemctl show -p ActiveState,NRestarts $(systemctl show -p Wants --value ${TARGET})`,
    script: PRINT_STANDINGS,
    judge({ stdout }) {
      const all = parseStandings(stdout);
      const bad = all.filter(({ isWell }) => !isWell);
      const shown = (bad.length > 0 ? bad : all).map(
        ({ name, state, isLooping }) => `${name} ${state}${isLooping ? ', ends soon after each start' : ''}`,
      );
      const got = shown.join('; ');
      if (bad.length === 0 && all.length > 1) return { ok: true, got };
      const names = bad.map(({ name }) => `-u ${name}`).join(' ');
      const why = `ssh ${host.name} journalctl ${names || `-u '${UNITS}'`} -n 50`;
      return { ok: false, got, fix: `gatdeploy apply galaxy starts what has stopped; ${why} says why it did` };
    },
  };
}

function version(host: HostContext, url: string): Check {
  const address = `${url.replace(/\/$/, '')}/api/version`;
  return {
    id: 'galaxy/version',
    host: host.name,
    title: `Galaxy answers at ${address}, with a certificate that ${host.name} trusts`,
    asks: `curl -sS ${address}`,
    script: sh`curl -sS -m 20 -w ${'\n%{http_code}\n'} ${address}`,
    judge({ stdout, stderr }) {
      const [body = '', status = ''] = stdout.trim().split('\n');
      const found = /"version_major"\s*:\s*"([^"]+)"/.exec(body)?.[1];
      if (found) return { ok: true, got: `${status}, Galaxy ${found}` };
      return {
        ok: false,
        got: stderr.trim().split('\n')[0] || `${status} ${body.slice(0, 100)}`,
        fix: 'journalctl -u galaxy-gunicorn, and nginx -t, tell what is wrong',
      };
    },
    patienceMs: 60_000,
  };
}

/** A refused login ends Galaxy's consumer for good while Galaxy itself goes on; jobs then never end. */
function listens(
  queue: { readonly broker: string; readonly vhost: string; readonly name: string },
  host: HostContext,
): Check {
  const { broker, vhost, name } = queue;
  return {
    id: `galaxy/consumers ${vhost}`,
    host: broker,
    title: `Galaxy on ${host.name} listens on ${name} in ${vhost}`,
    asks: `rabbitmqctl -q list_queues -p ${vhost} name consumers`,
    script: sh`timeout 30 rabbitmqctl -q --no-table-headers list_queues -p ${vhost} name consumers </dev/null`,
    judge(output) {
      if (output.code !== 0) return notAnswered(output, broker, vhost);
      const line = output.stdout.split('\n').find((one) => one.startsWith(`${name}\t`));
      const count = Number(line?.split('\t')[1] ?? 0);
      if (count > 0) return { ok: true, got: `${count} consumer${count === 1 ? '' : 's'}` };
      return {
        ok: false,
        got: line ?? `there is no ${name}`,
        fix: `ssh ${host.name} sudo systemctl restart ${TARGET}`,
      };
    },
    patienceMs: 60_000,
  };
}
