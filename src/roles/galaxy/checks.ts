/** What shows that Galaxy works: its units, its answer from where its users are. */
import { sh } from '../../base/shell.ts';
import type { Check } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { appSection } from './config.ts';
import { textOf } from './dicts.ts';
import { layoutOf } from './layout.ts';
import { TARGET } from './service.ts';
import type { GalaxyValues } from './vars.ts';

/** All checks of Galaxy on a host. */
export function galaxyChecks(v: GalaxyValues, host: HostContext): readonly Check[] {
  if (v.galaxy_install_method === 'existing' || !v.galaxy_manage_systemd) return [];
  const url = textOf(appSection(v, layoutOf(v, host)), 'galaxy_infrastructure_url');
  return [units(host), ...(url === undefined ? [] : [version(host, url)])];
}

/** A target stays active while what it wants has failed. */
function units(host: HostContext): Check {
  return {
    id: 'galaxy/units',
    host: host.name,
    title: "all of Galaxy's units run",
    asks: `systemctl is-active $(systemctl show -p Wants --value ${TARGET})`,
    script: sh`for gd_unit in ${TARGET} $(systemctl show -p Wants --value ${TARGET}); do printf '%s %s\n' "$gd_unit" "$(systemctl is-active "$gd_unit")"; done`,
    judge({ stdout }) {
      const lines = stdout.trim().split('\n');
      const bad = lines.filter((line) => !line.endsWith(' active'));
      const got = (bad.length > 0 ? bad : lines).join(', ');
      const unit = (bad[0] ?? '').split(' ')[0];
      return bad.length === 0 && lines.length > 1
        ? { ok: true, got }
        : { ok: false, got, fix: `ssh ${host.name} journalctl -u ${unit} -n 50` };
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
        got: stderr.trim() || `${status} ${body.slice(0, 100)}`,
        fix: 'journalctl -u galaxy-gunicorn, and nginx -t, tell what is wrong',
      };
    },
    patienceMs: 60_000,
  };
}
