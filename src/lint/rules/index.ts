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
import { dependencies } from './l18-dependencies.ts';
import { pycurl } from './l19-pycurl.ts';
import { trust } from './l20-trust.ts';
import { sslTwice } from './l22-ssl-twice.ts';
import { port } from './l23-port.ts';
import { erlang } from './l24-erlang.ts';
import { brokerKey } from './l25-broker-key.ts';
import { webKey } from './l26-web-key.ts';
import { bodySize } from './l27-body-size.ts';
import { challenge } from './l28-challenge.ts';
import { authority } from './l29-authority.ts';
import { erlangTerms } from './l30-erlang-terms.ts';
import { containerConfig } from './l31-container-config.ts';
import { defaultCredentials } from './l32-default-credentials.ts';
import { inertOptions } from './l33-inert-options.ts';
import { acknowledge } from './l34-acknowledge.ts';
import { consumerTimeout } from './l35-consumer-timeout.ts';
import { oneJob } from './l36-one-job.ts';
import { referenceData } from './l37-reference-data.ts';
import { root } from './l38-root.ts';
import { openPorts } from './l39-open-ports.ts';
import { deadVariables } from './l41-dead-variables.ts';
import { unknownVariables } from './l42-unknown-variables.ts';
import { secretsLoaded } from './l44-secrets-loaded.ts';
import { metadata } from './l46-metadata.ts';
import { assignIds } from './l47-assign-ids.ts';
import { memory } from './l48-memory.ts';
import { undefinedVariables } from './l49-undefined.ts';
import { otherGroup } from './l50-other-group.ts';
import { unused } from './l51-unused.ts';
import { openPulsar } from './l52-open-pulsar.ts';
import { condaPrefix } from './l53-conda-prefix.ts';
import { certificateName } from './l54-certificate-name.ts';
import { form } from './l55-form.ts';
import { pinnedAmqp } from './l56-amqp-pin.ts';
import { timeouts } from './l58-timeouts.ts';
import { idleLinks } from './l59-idle-links.ts';
import { unknownOptions } from './l60-unknown-options.ts';
import { jobConfFile } from './l61-job-conf.ts';

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
  dependencies,
  pycurl,
  trust,
  sslTwice,
  port,
  erlang,
  brokerKey,
  webKey,
  bodySize,
  challenge,
  authority,
  erlangTerms,
  containerConfig,
  defaultCredentials,
  inertOptions,
  acknowledge,
  consumerTimeout,
  oneJob,
  referenceData,
  root,
  openPorts,
  deadVariables,
  unknownVariables,
  secretsLoaded,
  metadata,
  assignIds,
  memory,
  undefinedVariables,
  otherGroup,
  unused,
  openPulsar,
  condaPrefix,
  certificateName,
  form,
  pinnedAmqp,
  timeouts,
  idleLinks,
  unknownOptions,
  jobConfFile,
];
