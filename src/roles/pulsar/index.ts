/** Pulsar: takes Galaxy's jobs from a message queue and runs them here. */
import type { Resource } from '../../resources/index.ts';
import { declareAccount } from '../account.ts';
import { defineRole } from '../role.ts';
import { pulsarAdvice } from './advice.ts';
import { pulsarChecks } from './checks.ts';
import { declareCleanup } from './cleanup.ts';
import { declareConda } from './conda.ts';
import { pulsarExaminations } from './examine.ts';
import { declareDirectories, declareFiles } from './files.ts';
import { type Layout, layoutOf } from './layout.ts';
import { pulsarProofs } from './proofs.ts';
import { declarePython } from './python.ts';
import { declareService } from './service.ts';
import { withSite } from './site.ts';
import { type PulsarValues, vars } from './vars.ts';

export const pulsar = defineRole({
  name: 'pulsar',
  aliases: ['galaxyproject.pulsar'],
  doc: 'Installs Pulsar in a virtual environment, configures it and runs it as a service.',
  vars,

  declare(values, host) {
    const v = withSite(values, host);
    const layout = layoutOf(v, host);
    const accounts = declareAccounts(v, layout);
    const directories = declareDirectories(v, layout);
    const files = declareFiles(v, layout);
    const python = declarePython(v, layout);
    const loads = [python.set, ...files];
    const conda = declareConda(v);
    const service = v.pulsar_systemd
      ? declareService(v, host, { layout, loads, after: [...accounts, ...directories, ...conda] })
      : [];
    const made = [...accounts, ...directories, ...python.resources, ...files, ...conda];
    return [...made, ...service, ...declareCleanup(v, layout)];
  },

  verify: (v, host) => pulsarChecks(withSite(v, host), host),
  prove: (v, host) => pulsarProofs(withSite(v, host), host),
  examine: (v, host) => pulsarExaminations(withSite(v, host), host),
  advise: (v, host) => pulsarAdvice(withSite(v, host), host),
});

function declareAccounts(v: PulsarValues, layout: Layout): readonly Resource[] {
  const own = v.pulsar_create_user
    ? declareAccount(layout.user, { group: v.pulsar_group, comment: 'pulsar server' })
    : [];
  // With one user for both Ansible makes it twice, the second time with the second comment.
  const isOther = !['root', ...(v.pulsar_create_user ? [layout.user.name] : [])].includes(layout.keeper);
  const kept =
    v.pulsar_create_privsep_user && isOther
      ? declareAccount(v.pulsar_privsep_user, {
          group: v.pulsar_group,
          comment: 'pulsar server privilege separation',
        })
      : [];
  return [...own, ...kept];
}
