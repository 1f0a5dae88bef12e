/** The message queue of a Pulsar that is one of the declared sites. */
import { didYouMean } from '../../base/did-you-mean.ts';
import type { Scalar, Value } from '../../base/value.ts';
import { unsupportedValue } from '../errors.ts';
import { queueUrl } from '../pulsar-sites.ts';
import type { HostContext } from '../role.ts';
import type { PulsarValues } from './vars.ts';

/** The values with the site's queue in app.yml. @throws GatError role/unsupported-value */
export function withSite(v: PulsarValues, host: HostContext): PulsarValues {
  const name = v.pulsar_site;
  if (name === undefined || v.pulsar_yaml_config_merged.has('message_queue_url')) return v;
  const site = v.pulsar_sites.find((one) => one.name === name);
  if (!site) {
    const names = v.pulsar_sites.map((one) => one.name);
    const near = didYouMean(name, names);
    throw unsupportedValue(host, {
      role: 'pulsar',
      variable: 'pulsar_site',
      why: `pulsar_sites has no site \`${name}\``,
      fix: near ? `did you mean \`${near}\`?` : `the sites are: ${names.join(', ') || 'none'}`,
    });
  }
  const entries: [Scalar, Value][] = [...v.pulsar_yaml_config_merged, ['message_queue_url', queueUrl(site)]];
  return { ...v, pulsar_yaml_config_merged: new Map(entries) };
}
