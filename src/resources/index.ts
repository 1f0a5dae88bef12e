/** All kinds of resources that roles may declare. */
export { group, user } from './account.ts';
export { aptPackage } from './apt-package.ts';
export { aptRepository } from './apt-repository.ts';
export { certificate } from './certificate/certificate.ts';
export { certificateCopy } from './certificate/copy.ts';
export { selfSigned } from './certificate/self-signed.ts';
export { command } from './command.ts';
export { cron } from './cron.ts';
export { directory } from './directory.ts';
export { download } from './download.ts';
export { edit } from './edit.ts';
export { existingFile } from './existing-file.ts';
export { file } from './file.ts';
export { gravityProcesses } from './galaxy/gravity-processes.ts';
export { gravityUnits } from './galaxy/gravity-units.ts';
export { gitCheckout } from './git.ts';
export type {
  Applied,
  CommonProps,
  Kind,
  Late,
  LateContext,
  Loadable,
  Observed,
  Resource,
  RunOutput,
  State,
} from './kind.ts';
export { link } from './link.ts';
export { nginxConfig } from './nginx-config.ts';
export { pipSet } from './pip-set.ts';
export { postgresql } from './postgresql/object.ts';
export { postgresqlRestart } from './postgresql/restart.ts';
export { rabbitmqPlugins } from './rabbitmq/plugins.ts';
export { rabbitmqPolicy } from './rabbitmq/policy.ts';
export { rabbitmqUser } from './rabbitmq/user.ts';
export { rabbitmqVhost } from './rabbitmq/vhost.ts';
export { reload } from './reload.ts';
export { service } from './service.ts';
export { venv } from './venv.ts';
export type { ServiceWork } from './work.ts';
