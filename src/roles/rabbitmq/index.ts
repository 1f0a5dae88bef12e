/** The RabbitMQ broker: package, configuration, plugins, then virtual hosts, users and permissions. */
import { defineRole } from '../role.ts';
import { declareAccounts } from './accounts.ts';
import { rabbitmqAdvice } from './advice.ts';
import { rabbitmqChecks } from './checks.ts';
import { settingsOf } from './config.ts';
import { declareSocket } from './distribution.ts';
import { clusterUnsupported } from './errors.ts';
import { rabbitmqExaminations } from './examine.ts';
import { declarePackage } from './packages.ts';
import { declareBroker } from './service.ts';
import { vars, withSiteUsers } from './vars.ts';

export const rabbitmq = defineRole({
  name: 'rabbitmq',
  aliases: [
    'usegalaxy_eu.rabbitmq',
    'usegalaxy_eu.rabbitmqserver',
    'usegalaxy-eu.rabbitmq',
    'jasonroyle.rabbitmq',
  ],
  doc: 'Installs the RabbitMQ broker with TLS, and makes its virtual hosts, users and permissions.',
  vars,

  declare(values, host) {
    const v = withSiteUsers(values);
    if (v.rabbitmq_cluster || v.rabbitmq_setup === 'cluster') throw clusterUnsupported(host);
    const socket = declareSocket(v);
    const packages = declarePackage(v, host, socket);
    const parts = declareBroker(v, host, { settings: settingsOf(v, host), packages });
    const broker = parts.at(-1);
    return [...socket, ...packages, ...parts, ...(broker ? declareAccounts(v, host, broker) : [])];
  },

  verify: (v, host) => rabbitmqChecks(withSiteUsers(v), host),
  examine: (v, host) => rabbitmqExaminations(withSiteUsers(v), host),
  advise: (v, host) => rabbitmqAdvice(withSiteUsers(v), host),
});
