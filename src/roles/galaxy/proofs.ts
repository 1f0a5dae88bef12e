/** Jobs that prove the way from Galaxy to Pulsar and back. */
import { Secret } from '../../base/secret.ts';
import { jobBench } from '../../verify/job/bench.ts';
import { jobProof } from '../../verify/job/job-proof.ts';
import type { Proof } from '../../verify/proof.ts';
import type { HostContext } from '../role.ts';
import { appSection } from './config.ts';
import { destinationOf, jobConf } from './destinations.ts';
import { textOf } from './dicts.ts';
import { filesOf } from './files.ts';
import { layoutOf } from './layout.ts';
import { verifyToolsOf } from './tools.ts';
import { UNITS } from './units.ts';
import type { GalaxyValues } from './vars.ts';

/** A job for each tool of `verify --job` that job_conf sends to a Pulsar. */
export function galaxyProofs(v: GalaxyValues, host: HostContext): readonly Proof[] {
  if (v.galaxy_install_method === 'existing' && !v.galaxy_verify_tools) return [];
  const layout = layoutOf(v, host);
  const galaxy = appSection(v, layout);
  const conf = jobConf(galaxy, filesOf(v, host));
  const url = textOf(galaxy, 'galaxy_infrastructure_url');
  const key = galaxy.get('bootstrap_admin_api_key');
  const tools = verifyToolsOf(v);
  const destinations = tools.flatMap((tool) => {
    const destination = conf && destinationOf(tool.id, conf, host);
    return destination ? [{ tool, destination }] : [];
  });
  if (url === undefined || !(typeof key === 'string' || key instanceof Secret))
    return [
      impossible(
        host,
        'galaxy_config.galaxy has no bootstrap_admin_api_key or no galaxy_infrastructure_url',
        'set both, the key from the vault, and apply',
      ),
    ];
  if (destinations.length === 0)
    return [
      impossible(
        host,
        `job_conf sends none of ${tools.map(({ id }) => id).join(', ')} to a Pulsar with a message queue`,
        'add `- id: gatdeploy_wc` with its `environment` to the tools of job_conf, and apply',
      ),
    ];
  const bootstrapKey = typeof key === 'string' ? new Secret(key) : key;
  const bench = jobBench();
  return destinations.map(({ tool, destination }) =>
    jobProof({
      host: host.name,
      url,
      bootstrapKey,
      tool: tool.id,
      does: tool.of === 'gatdeploy_wc' ? 'count' : 'map',
      destination,
      bench,
      units: UNITS,
    }),
  );
}

function impossible(host: HostContext, got: string, fix: string): Proof {
  return {
    id: 'galaxy/job',
    host: host.name,
    others: [],
    title: 'a job can be sent to Pulsar and comes back',
    asks: 'job_conf and galaxy.yml, as the variables make them',
    conduct: async () => ({ ok: false, got, fix }),
  };
}
