/** All rules, in the order of their ids. */
import type { Rule } from '../rule.ts';
import { amqpUrl } from './l01-amqp-url.ts';
import { vhostDeclared } from './l02-vhost-declared.ts';
import { userRights } from './l03-user-rights.ts';
import { password } from './l04-password.ts';
import { vhostCreated } from './l05-vhost-created.ts';
import { vhostSlash } from './l06-vhost-slash.ts';
import { escaping } from './l07-escaping.ts';
import { queueOwners } from './l08-queue-owners.ts';
import { manager } from './l09-manager.ts';
import { jobsDirectory } from './l10-jobs-directory.ts';
import { outputs } from './l11-outputs.ts';
import { fileAction } from './l12-file-action.ts';
import { galaxyUrl } from './l13-galaxy-url.ts';
import { names } from './l14-names.ts';
import { runnerOptions } from './l15-runner-options.ts';
import { references } from './l16-references.ts';
import { webless } from './l17-webless.ts';
import { trust } from './l20-trust.ts';
import { sslTwice } from './l22-ssl-twice.ts';
import { brokerKey } from './l25-broker-key.ts';
import { inertOptions } from './l33-inert-options.ts';
import { deadVariables } from './l41-dead-variables.ts';
import { unknownVariables } from './l42-unknown-variables.ts';
import { secretsLoaded } from './l44-secrets-loaded.ts';
import { undefinedVariables } from './l49-undefined.ts';
import { otherGroup } from './l50-other-group.ts';
import { pinnedAmqp } from './l56-amqp-pin.ts';

export const rules: readonly Rule[] = [
  amqpUrl,
  vhostDeclared,
  userRights,
  password,
  vhostCreated,
  vhostSlash,
  escaping,
  queueOwners,
  manager,
  jobsDirectory,
  outputs,
  fileAction,
  galaxyUrl,
  names,
  runnerOptions,
  references,
  webless,
  trust,
  sslTwice,
  brokerKey,
  inertOptions,
  deadVariables,
  unknownVariables,
  secretsLoaded,
  undefinedVariables,
  otherGroup,
  pinnedAmqp,
];
