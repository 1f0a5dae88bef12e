/** Settings of Slurm that work, but not as their author thinks. */
import type { Advice } from '../advice.ts';
import type { HostContext } from '../role.ts';
import { nodesOf, optionsOf } from './config.ts';
import { layoutOf } from './layout.ts';
import type { SlurmValues } from './vars.ts';

/** What there is to say about a host's Slurm. */
export function slurmAdvice(v: SlurmValues, host: HostContext): readonly Advice[] {
  const layout = layoutOf(v, host);
  const options = optionsOf(v, layout);
  const position = host.positionOf('slurm_config');
  const countsMemory = /memory/i.test(options.get('SelectTypeParameters') ?? '');
  const saysMemory = options.has('DefMemPerCPU') || options.has('DefMemPerNode');
  const hasMemory = nodesOf(v).every((one) => 'RealMemory' in one);
  const oneByOne: Advice = {
    code: 'slurm/one-job-at-a-time',
    variable: 'slurm_config',
    position,
    text: 'each node runs one job at a time: memory is shared out, and a job that asks for none gets all of it',
    fix: `give the nodes RealMemory (${host.name} has ${host.facts.memoryMb}) and set DefMemPerCPU in slurm_config, or SelectTypeParameters: CR_CPU`,
  };
  const consRes: Advice = {
    code: 'slurm/cons-res',
    variable: 'slurm_config',
    position,
    text: `the Slurm of ${host.facts.codename} has no select/cons_res any more, so select/cons_tres is written`,
    fix: 'set SelectType: select/cons_tres',
  };
  const nobody: Advice = {
    code: 'slurm/no-role',
    variable: 'slurm_roles',
    position: host.positionOf('slurm_roles'),
    text: `${host.name} gets the commands of Slurm only: slurm_roles is empty, and it is in neither slurmservers nor slurmexechosts`,
    fix: "set slurm_roles: ['controller', 'exec'] for a cluster of one host",
  };
  const elsewhere: Advice = {
    code: 'slurm/no-controller',
    variable: 'slurm_config',
    position,
    text: `${host.name} looks for the controller at localhost, where there is none`,
    fix: 'set SlurmctldHost in slurm_config to the name of its host',
  };
  const isNone = !layout.isController && !layout.isNode && !layout.isAccounting;
  return [
    ...(countsMemory && !(saysMemory && hasMemory) ? [oneByOne] : []),
    ...(!layout.knowsConsRes && v.slurm_config.SelectType === 'select/cons_res' ? [consRes] : []),
    ...unusedAccounting(v, host),
    ...(isNone ? [nobody] : []),
    ...(layout.isNode && !layout.isController && options.get('SlurmctldHost') === 'localhost' ? [elsewhere] : []),
  ];
}

/** An accounting daemon that the controller beside it does not use. */
function unusedAccounting(v: SlurmValues, host: HostContext): readonly Advice[] {
  const layout = layoutOf(v, host);
  const kind = optionsOf(v, layout).get('AccountingStorageType') ?? '';
  if (!layout.isAccounting || !layout.isController || kind.endsWith('/slurmdbd')) return [];
  return [
    {
      code: 'slurm/accounting-unused',
      variable: 'slurm_config',
      position: host.positionOf('slurm_config'),
      text: `${host.name} runs slurmdbd, but the controller does not send it anything`,
      fix: 'set AccountingStorageType: accounting_storage/slurmdbd in slurm_config',
    },
  ];
}
