/** What shows that Slurm works: munge, the states of all nodes, and a job. See sinfo(1), srun(1). */
import { sh, steps } from '../../base/shell.ts';
import type { Check, Verdict } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { layoutOf } from './layout.ts';
import type { SlurmValues } from './vars.ts';

/** The checks run where the controller is. */
export function slurmChecks(v: SlurmValues, host: HostContext): readonly Check[] {
  const layout = layoutOf(v, host);
  if (!v.slurm_start_services || !(layout.isController || layout.isNode || layout.isAccounting)) return [];
  return [
    ...(v.slurm_configure_munge ? [munge(host)] : []),
    ...(layout.isAccounting ? [accounting(host)] : []),
    ...(layout.isController ? [nodes(host), job(host)] : []),
  ];
}

function munge(host: HostContext): Check {
  return {
    id: 'slurm/munge',
    host: host.name,
    title: 'munge makes credentials that it accepts',
    asks: 'munge -n | unmunge',
    script: sh`munge -n | timeout 10 unmunge | grep STATUS`,
    judge({ code, stdout, stderr }) {
      const got = (stdout || stderr).trim().replace(/\s+/g, ' ');
      const ok = code === 0 && got.includes('Success');
      return ok ? { ok, got } : { ok, got, fix: 'apply again; journalctl -u munge tells what is wrong' };
    },
  };
}

function accounting(host: HostContext): Check {
  return {
    id: 'slurm/accounting',
    host: host.name,
    title: "Slurm's accounting daemon answers from its database",
    asks: 'sacctmgr -n show cluster',
    // Without a controller on the same host the answer is empty, and an answer all the same.
    script: sh`timeout 20 sacctmgr -n -P -i show cluster format=cluster,controlhost`,
    judge({ code, stdout, stderr }) {
      const got = stdout.trim().replaceAll('\n', ', ') || stderr.trim().split('\n').at(-1) || 'no cluster yet';
      const ok = code === 0 && !/error/i.test(stderr);
      return ok ? { ok, got } : { ok, got, fix: 'journalctl -u slurmdbd tells what is wrong' };
    },
    patienceMs: 30_000,
  };
}

const GOOD = /^(?:idle|mixed|allocated|completing|reserved|planned)\+?$/;

/** A node says by and by that it is there, up to a minute after the controller has started. */
function nodes(host: HostContext): Check {
  return {
    id: 'slurm/nodes',
    host: host.name,
    title: 'all nodes of Slurm are ready for jobs',
    asks: "sinfo -h -N -o '%N %T %E'",
    script: sh`timeout 20 sinfo -h -N -o '%N %T %E' | sort -u`,
    judge: judgeNodes,
    patienceMs: 60_000,
  };
}

/** Reads lines such as `localhost idle none` and `node2 down* Not responding`. */
function judgeNodes({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }): Verdict {
  const lines = stdout.trim().split('\n').filter(Boolean);
  if (code !== 0 || lines.length === 0)
    return { ok: false, got: stderr.trim() || 'no nodes', fix: 'journalctl -u slurmctld tells what is wrong' };
  const bad = lines.filter((line) => !GOOD.test(line.split(' ')[1] ?? ''));
  if (bad.length === 0) return { ok: true, got: lines.map((line) => line.split(' ', 2).join(' ')).join(', ') };
  const name = bad[0]?.split(' ')[0] ?? '';
  return {
    ok: false,
    got: bad.join(', '),
    fix: `scontrol show node ${name} tells why; when it is repaired: scontrol update nodename=${name} state=resume`,
  };
}

const BUSY = 'busy';

/** Other jobs may hold all there is; then that shows as well that the nodes take jobs. */
function job(host: HostContext): Check {
  return {
    id: 'slurm/job',
    host: host.name,
    title: 'Slurm runs a job',
    asks: 'srun hostname',
    script: steps(
      sh`timeout 60 srun --immediate=20 --time=1 --job-name=gatdeploy-verify hostname && exit 0; gd_code=$?`,
      sh`if squeue -h -t running | grep -q .; then echo ${BUSY}; exit 0; fi; exit "$gd_code"`,
    ),
    judge({ code, stdout, stderr }) {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (code === 0 && line === BUSY) return { ok: true, got: 'all nodes are busy with other jobs' };
      if (code === 0) return { ok: true, got: `ran on ${line}` };
      const got = stderr.trim().split('\n').at(-1) || `exit ${code}`;
      return { ok: false, got, fix: 'sinfo, and journalctl -u slurmctld -u slurmd, tell what is wrong' };
    },
    patienceMs: 30_000,
  };
}
