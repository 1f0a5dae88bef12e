/** What works, but not as its author thinks. */
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import { inertOptions, queueOf } from './app-config.ts';
import type { PulsarValues } from './vars.ts';

/** Looks for what is known to surprise. */
export function pulsarAdvice(v: PulsarValues, host: HostContext): readonly Advice[] {
  const queue = queueOf(v, host);
  const pin = v.pulsar_optional_dependencies.find((one) =>
    /^amqp\s*(?:==|<=)\s*(?:[0-4]\.|5\.0\.[0-2]\b)/.test(one),
  );
  const inert = inertOptions(v.pulsar_yaml_config_merged).map(([key]) => String(key));
  const hasManagers = v.pulsar_yaml_config_merged.has('managers') || v.pulsar_yaml_config_merged.has('manager');
  const retries = inert.some((key) => key.startsWith('postprocess_action')) || hasManagers;
  return [
    ...(pin && queue?.tls ? [pinned(pin, host)] : []),
    ...(inert.length > 0 ? [moved(inert, hasManagers, host)] : []),
    ...(queue && !retries ? [noRetries(host)] : []),
    ...(queue && v.pulsar_systemd_runner !== 'webless' ? [runner(v, host)] : []),
    ...(queue && !v.pulsar_optional_dependencies.some((one) => /^kombu\b/i.test(one)) ? [noKombu(host)] : []),
  ];
}

function pinned(pin: string, host: HostContext): Advice {
  return {
    code: 'pulsar/amqp-pin',
    variable: 'pulsar_optional_dependencies',
    position: host.positionOf('pulsar_optional_dependencies'),
    text: `${pin} does not verify the broker's certificate: the password goes to whoever answers at its address`,
    fix: `take ${pin} out; newer versions verify the chain, so the host must trust the broker's certificate authority`,
  };
}

function moved(keys: readonly string[], hasManagers: boolean, host: HostContext): Advice {
  const list = keys.join(', ');
  return {
    code: 'pulsar/manager-options',
    variable: 'pulsar_yaml_config',
    position: host.positionOf('pulsar_yaml_config'),
    text: hasManagers
      ? `Pulsar does not read ${list} at the top level of app.yml`
      : `Pulsar does not read ${list} at the top level of app.yml, so gatdeploy writes them below managers._default_`,
    fix: hasManagers
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
