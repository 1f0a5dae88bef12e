/** Each repository is read by name: a bare probe asks CVMFS_REPOSITORIES, which is empty with a config repository. */
import { sh, steps } from '../../base/shell.ts';
import type { Check } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { clientConfig } from './files.ts';
import type { CvmfsValues } from './vars.ts';

const NO_FUSE = 'no /dev/fuse';

/** One check for each repository; a wedged automount ends at the deadline. */
export function cvmfsChecks(v: CvmfsValues, host: HostContext): readonly Check[] {
  return repositoriesToProbe(v).map((repository) => ({
    id: `cvmfs/${repository}`,
    host: host.name,
    title: `/cvmfs/${repository} is mounted and can be read`,
    asks: `cvmfs_config probe ${repository}; ls /cvmfs/${repository}`,
    script: steps(
      sh`timeout -k 5 60 cvmfs_config probe ${repository} || { gd_code=$?; test -c /dev/fuse || echo ${NO_FUSE}; exit "$gd_code"; }`,
      sh`timeout -k 5 30 ls -- ${`/cvmfs/${repository}`} >/dev/null`,
    ),
    judge({ code, stdout, stderr }) {
      const line = stdout.trim().split('\n').at(-1) || stderr.trim().split('\n').at(-1) || `exit ${code}`;
      if (code === 0) return { ok: true, got: line };
      if (code === 124 || code === 137)
        return {
          ok: false,
          got: 'no answer before the deadline',
          fix: 'is a Stratum 1 server reachable from here, or its proxy?',
        };
      if (line === NO_FUSE)
        return {
          ok: false,
          got: 'the host has no /dev/fuse',
          fix: 'a container needs it passed in; a kernel needs the module fuse',
        };
      return { ok: false, got: line, fix: `ssh ${host.name} sudo cvmfs_config chksetup` };
    },
    patienceMs: 10_000,
  }));
}

/** The admin's choice, else the config repository with data and main, else what is configured. */
export function repositoriesToProbe(v: CvmfsValues): readonly string[] {
  if (v.cvmfs_probe_repositories) return v.cvmfs_probe_repositories;
  const { configRepo, repositories } = clientConfig(v);
  const own = v.cvmfs_repositories.map(({ repository }) => repository);
  if (configRepo) {
    const { domain, repository } = configRepo;
    const galaxys = domain === 'galaxyproject.org' ? [`data.${domain}`, `main.${domain}`] : [];
    return [...new Set([repository.repository, ...galaxys, ...own])];
  }
  return own.length > 0 ? own : repositories.map(({ repository }) => repository);
}
