/** What works, but not as its author thinks. */
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import { appConfig, inertOptions, queueOf } from './app-config.ts';
import { drmaaLibraryOf, usesDrmaa } from './drmaa.ts';
import type { PulsarValues } from './vars.ts';

/** Looks for what is known to surprise. */
export function pulsarAdvice(v: PulsarValues, host: HostContext): readonly Advice[] {
  const queue = queueOf(v, host);
  const open = !queue && v.pulsar_systemd && !v.pulsar_yaml_config_merged.has('private_token');
  return [
    ...ofOptions(v, host),
    ...(open ? [noToken(host)] : []),
    ...(usesDrmaa(v.pulsar_yaml_config_merged) && drmaaLibraryOf(v) === undefined ? [noDrmaa(host)] : []),
    ...(queue ? [...ofQueue(v, host), ...(queue.tls ? ofTls(v, host) : [])] : []),
  ];
}

/** Options that Pulsar does not read where they stand. */
function ofOptions(v: PulsarValues, host: HostContext): readonly Advice[] {
  const inert = inertOptions(v.pulsar_yaml_config_merged).map(([key]) => String(key));
  return inert.length > 0 ? [moved(inert, hasManagers(v), host)] : [];
}

function ofQueue(v: PulsarValues, host: HostContext): readonly Advice[] {
  const options = inertOptions(v.pulsar_yaml_config_merged).map(([key]) => String(key));
  const retries = hasManagers(v) || options.some((key) => key.startsWith('postprocess_action'));
  return [
    ...(retries ? [] : [noRetries(host)]),
    ...(v.pulsar_staging_max_age_days === undefined ? [stagingKept(v, host)] : []),
    ...(v.pulsar_systemd_runner === 'webless' ? [] : [runner(v, host)]),
    ...(v.pulsar_optional_dependencies.some((one) => /^kombu\b/i.test(one)) ? [] : [noKombu(host)]),
  ];
}

function ofTls(v: PulsarValues, host: HostContext): readonly Advice[] {
  const pin = v.pulsar_optional_dependencies.find((one) =>
    /^amqp\s*(?:==|<=)\s*(?:[0-4]\.|5\.0\.[0-2]\b)/.test(one),
  );
  return [
    ...(pin ? [pinned(pin, v, host)] : []),
    ...(!pin && v.pulsar_amqp_verify === 'as-written' ? [looser(host)] : []),
  ];
}

function hasManagers(v: PulsarValues): boolean {
  return ['managers', 'manager', 'job_managers_config'].some((key) => v.pulsar_yaml_config_merged.has(key));
}

function noToken(host: HostContext): Advice {
  return {
    code: 'pulsar/no-token',
    variable: 'pulsar_yaml_config',
    position: host.positionOf('pulsar_yaml_config'),
    text: 'there is neither a message queue nor a private_token: whoever reaches the port can run commands here',
    fix: 'set private_token in pulsar_yaml_config, and the same in the destination of Galaxy',
  };
}

function noDrmaa(host: HostContext): Advice {
  return {
    code: 'pulsar/no-drmaa-library',
    variable: 'pulsar_drmaa_library_path',
    position: host.positionOf('pulsar_yaml_config'),
    text: "a manager gives jobs to a cluster by DRMAA, but nothing says where the cluster's library is; Debian has no package with Slurm's",
    fix: 'set pulsar_drmaa_library_path, or type: queued_cli with job_plugin: Slurm and shell_plugin: LocalShell, which need no library',
  };
}

function looser(host: HostContext): Advice {
  return {
    code: 'pulsar/amqp-verify',
    variable: 'pulsar_amqp_verify',
    position: host.positionOf('pulsar_amqp_verify'),
    text: "the name in the broker's certificate is not checked: any certificate of a trusted authority will do",
    fix: 'take pulsar_amqp_verify out; the broker needs a certificate for the name in message_queue_url then',
  };
}

function pinned(pin: string, v: PulsarValues, host: HostContext): Advice {
  const checked = isVerified(v);
  return {
    code: 'pulsar/amqp-pin',
    variable: 'pulsar_optional_dependencies',
    position: host.positionOf('pulsar_optional_dependencies'),
    text: checked
      ? `${pin} is of 2020; it was pinned to go without checks of the broker's certificate, which are made all the same here`
      : `${pin} does not verify the broker's certificate: the password goes to whoever answers at its address`,
    fix: `take ${pin} out; newer versions verify the chain, so the host must trust the broker's certificate authority`,
  };
}

/** Whether app.yml tells amqp to check, as then it does in every version. */
function isVerified(v: PulsarValues): boolean {
  return appConfig(v).get('amqp_connect_ssl_cert_reqs') === 'cert_required';
}

function moved(keys: readonly string[], managed: boolean, host: HostContext): Advice {
  const list = keys.join(', ');
  return {
    code: 'pulsar/manager-options',
    variable: 'pulsar_yaml_config',
    position: host.positionOf('pulsar_yaml_config'),
    text: managed
      ? `Pulsar does not read ${list} at the top level of app.yml`
      : `Pulsar does not read ${list} at the top level of app.yml, so gatdeploy writes them below managers._default_`,
    fix: managed
      ? 'put them below each manager of `managers`'
      : 'put them below `managers: _default_:` to say so yourself',
  };
}

function noRetries(host: HostContext): Advice {
  return {
    code: 'pulsar/no-retries',
    variable: 'pulsar_yaml_config',
    position: host.positionOf('pulsar_yaml_config'),
    text: 'without postprocess_action_max_retries a job whose results arrive while Galaxy restarts is lost',
    fix: 'set preprocess_action_max_retries and postprocess_action_max_retries in pulsar_yaml_config, to 30 for instance',
  };
}

function stagingKept(v: PulsarValues, host: HostContext): Advice {
  return {
    code: 'pulsar/staging-kept',
    variable: 'pulsar_staging_max_age_days',
    position: host.positionOf('pulsar_yaml_config'),
    text: `with a message queue the directories of finished jobs stay in ${v.pulsar_staging_dir} for ever`,
    fix: 'set pulsar_staging_max_age_days, to 7 for instance',
  };
}

function runner(v: PulsarValues, host: HostContext): Advice {
  return {
    code: 'pulsar/runner',
    variable: 'pulsar_systemd_runner',
    position: host.positionOf('pulsar_systemd_runner'),
    text: `pulsar_systemd_runner is ${v.pulsar_systemd_runner}, a web server, although jobs come from a message queue`,
    fix: 'set pulsar_systemd_runner: webless',
  };
}

function noKombu(host: HostContext): Advice {
  return {
    code: 'pulsar/no-kombu',
    variable: 'pulsar_optional_dependencies',
    position: host.positionOf('pulsar_optional_dependencies'),
    text: 'kombu is not among the optional dependencies, so Pulsar cannot read its message queue',
    fix: 'add kombu to pulsar_optional_dependencies',
  };
}
