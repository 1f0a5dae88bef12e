/** Whether the Pulsars that job_conf sends jobs to over HTTP let Galaxy in, and nobody else, by a name that Galaxy trusts. */
import { joinText, mapText, Secret, type Text } from '../../base/secret.ts';
import { feed, sh } from '../../base/shell.ts';
import { isDict, type Value } from '../../base/value.ts';
import type { Check } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { type Dict, partOf, textOf } from './dicts.ts';

type RestPulsar = { readonly environment: string; readonly url: string; readonly token: Text | undefined };

/** The checks, one for each environment that has an address. */
export function restPulsarChecks(conf: Dict, host: HostContext): readonly Check[] {
  return restPulsars(conf).map((pulsar) => check(pulsar, host));
}

function restPulsars(conf: Dict): readonly RestPulsar[] {
  const runners = partOf(conf, 'runners');
  return [...partOf(partOf(conf, 'execution'), 'environments')].flatMap(([name, options]): RestPulsar[] => {
    if (options === null || !isDict(options)) return [];
    const load = textOf(partOf(runners, textOf(options, 'runner') ?? ''), 'load') ?? '';
    const url = textOf(options, 'url');
    return load.endsWith(':PulsarRESTJobRunner') && url !== undefined
      ? [{ environment: String(name), url: url.replace(/\/$/, ''), token: tokenOf(options.get('private_token')) }]
      : [];
  });
}

function tokenOf(value: Value | undefined): Text | undefined {
  return typeof value === 'string' || value instanceof Secret ? value : undefined;
}

/** The token is part of the address, so the address goes to curl on its standard input. */
function check({ environment, url, token }: RestPulsar, host: HostContext): Check {
  const address = `${url}/jobs/gatdeploy_probe/status`;
  const asked = joinText(['url = "', address, '?private_token=', mapText(token ?? '', encodeURIComponent), '"\n']);
  const curl = sh`curl -sS -m 20 -o /dev/null -w ${'%{http_code}\n'}`;
  return {
    id: `galaxy/pulsar ${environment}`,
    host: host.name,
    title: `the Pulsar of the environment ${environment} lets ${host.name} in at ${url}, and nobody without its token`,
    asks: `curl ${address}, without a token and with that of job_conf`,
    script: sh`${curl} ${address}; ${feed(asked, sh`${curl} -K -`)}`,
    judge({ code, stdout, stderr }) {
      const [without = '', withToken = ''] = stdout.trim().split('\n');
      const got = stderr.trim().split('\n')[0] || `without a token ${without}, with its own ${withToken}`;
      if (code === 0 && without === '401' && withToken === '200') return { ok: true, got };
      return { ok: false, got, fix: fixOf(without, withToken) };
    },
    patienceMs: 20_000,
  };
}

function fixOf(without: string, withToken: string): string {
  if (without === '200')
    return 'set private_token in pulsar_yaml_config of that Pulsar: whoever reaches it can run commands';
  if (withToken === '401') return 'give the environment in job_conf the same private_token as that Pulsar';
  return 'gatdeploy verify pulsar says whether it runs, and what is wrong with its certificate';
}
