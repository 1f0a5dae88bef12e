/** Clocks of two hosts agree, as certificates and the keys of jobs need. */
import { sh, steps } from '../../base/shell.ts';
import type { Check } from '../check.ts';

/** More than this between two hosts is wrong, however slow the answer was. */
const SECONDS = 60;

/** Compares a host's clock with the one of a web server, by the date of its answer; tells what keeps the clock right. */
export function clock({
  id,
  from,
  server,
}: {
  readonly id: string;
  readonly from: string;
  readonly server: string;
}): Check {
  const url = `https://${server}/`;
  return {
    id,
    host: from,
    title: `the clock of ${from} agrees with that of ${server}`,
    asks: `date; curl -skI ${url} | grep -i ^date; timedatectl show -p NTPSynchronized`,
    script: steps(
      // Trust is the matter of another check; with a wrong clock no certificate would be valid.
      sh`gd_date=$(curl -skI -m 10 -- ${url} </dev/null | tr -d '\r' | sed -n 's/^[Dd]ate: *//p')`,
      sh`echo "$(date +%s) $(test -n "$gd_date" && date -d "$gd_date" +%s)"`,
      sh`if test "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)" = yes || systemctl is-active -q chrony chronyd systemd-timesyncd ntpsec ntp 2>/dev/null; then echo kept; elif systemd-detect-virt -cq; then echo container; else echo alone; fi`,
    ),
    judge({ stdout }) {
      const [times = '', kept = ''] = stdout.trim().split('\n');
      const [own, other] = times.trim().split(' ').map(Number);
      if (own === undefined || other === undefined)
        return { ok: true, got: `${server} tells no time, so not compared` };
      const difference = own - other;
      const by = KEPT[kept] ?? kept;
      if (Math.abs(difference) <= SECONDS) return { ok: true, got: `within ${SECONDS} s; ${by}` };
      return {
        ok: false,
        got: `${Math.abs(difference)} s ${difference > 0 ? 'ahead of' : 'behind'} ${server}; ${by}`,
        fix: `ssh ${from} sudo apt-get install -y chrony`,
      };
    },
  };
}

const KEPT: Readonly<Record<string, string>> = {
  kept: 'synchronised',
  container: "a container with its machine's clock",
  alone: 'nothing keeps it right: install chrony',
};
