/** What lines of Pulsar's journal mean. See Pulsar's sources, `amqp_exchange.py` and `retry.py`. */
import { NO_PERMISSION, readNewest, type Sign } from '../../verify/doctor/signs.ts';

/** What shows only while Pulsar has not got its connections. */
export const CONNECTING: readonly Sign[] = [
  {
    id: 'pulsar/no-access',
    ...NO_PERMISSION,
    cause: '$3 may not use $1 in $2',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/login-refused',
    pattern: /AccessRefused|ACCESS_REFUSED/,
    place: 'Pulsar',
    cause:
      'the broker refuses the user and password of app.yml; consumers that were refused do not come back by themselves',
    fix: 'gatdeploy apply galaxy pulsar gives both sides the same password and restarts Pulsar',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/no-vhost',
    pattern: /NOT_ALLOWED - vhost (\S+) not found/,
    place: 'broker',
    cause: 'the virtual host $1, which Pulsar asks for, is not on the broker (a slash too few or too many?)',
    fix: 'gatdeploy apply galaxy makes the declared ones; gatdeploy lint compares them with the URLs',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/no-permission',
    pattern: /NOT_ALLOWED - access to vhost '?([^' ]+)'? refused for user '?([^' ]+)'?/,
    place: 'broker',
    cause: '$2 has no permission in $1',
    fix: 'gatdeploy apply galaxy gives the declared users their permissions, then gatdeploy apply pulsar',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-untrusted',
    pattern: /CERTIFICATE_VERIFY_FAILED.*(?:unable to get|self.signed)/,
    place: 'way',
    cause: "Pulsar does not trust the authority of the broker's certificate",
    fix: 'use a public authority (certbot_environment: production), or put its root into /usr/local/share/ca-certificates and run update-ca-certificates',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-name',
    pattern: /CERTIFICATE_VERIFY_FAILED.*Hostname mismatch, certificate is not valid for '?([^' .]+[^' ]*?)'?\./,
    place: 'way',
    cause: "the broker's certificate has no name $1, by which Pulsar dials it",
    fix: 'add the name to certbot_domains, or dial the name that the certificate has; then apply',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-expired',
    pattern: /CERTIFICATE_VERIFY_FAILED.*expired/,
    place: 'way',
    cause: "the broker's certificate has expired",
    fix: 'gatdeploy apply galaxy renews it; journalctl -u certbot.service tells why it was not renewed',
    explains: ['pulsar', 'galaxy', 'broker/queue', 'rabbitmq/certificate'],
  },
  {
    id: 'pulsar/broker-future',
    pattern: /CERTIFICATE_VERIFY_FAILED.*not yet valid/,
    place: 'way',
    cause: "by the clock of Pulsar's host the broker's certificate is of the future",
    fix: 'timedatectl on both hosts tells whose clock is wrong',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-refuses-connection',
    pattern: /(?:OperationalError|ConnectionRefusedError).*Connection refused/,
    place: 'way',
    cause: 'nothing listens where Pulsar looks for the broker',
    fix: 'gatdeploy verify galaxy says whether the broker listens on 5671; if so, a firewall between refuses',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-unreachable',
    pattern:
      /(?:OperationalError|TimeoutError|OSError|will retry).*(?:(?<!read operation )timed out|No route to host|Network is unreachable)/,
    place: 'way',
    cause: "Pulsar's packets to the broker get no answer",
    fix: "open port 5671 of the broker's host for this host, in all firewalls between",
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-unresolved',
    pattern: /(?:Name or service not known|Temporary failure in name resolution|No address associated)/,
    place: 'way',
    cause: "the broker's name does not resolve on Pulsar's host",
    fix: 'see the host in message_queue_url: gatdeploy vars HOST pulsar_yaml_config; then DNS or /etc/hosts',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/broker-resets',
    pattern: /(?:ConnectionResetError|Connection reset by peer|EOF occurred in violation of protocol)/,
    place: 'broker',
    cause: 'the broker ends the handshake: it cannot use its key, or the port is a plain one',
    fix: 'gatdeploy apply galaxy gives the broker a key that it can read',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/unreadable-message',
    pattern: /kombu\.exceptions\.(?:DecodeError|ContentDisallowed).*/,
    place: 'Pulsar',
    cause: 'a message in its queue is no job of Galaxy: each time that Pulsar comes to it, its consumer quits',
    fix: 'on the broker: rabbitmqadmin -V VHOST get queue=pulsar__setup ackmode=ack_requeue_false takes it out, rabbitmqctl purge_queue -p VHOST pulsar__setup all that wait; then gatdeploy apply pulsar',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
];

/** What mends a connection of Pulsar's user to the broker that ended with these words. @param otherwise what to do about words that nobody knows */
export function fixOfConnection(said: string, otherwise: string): string {
  return readNewest(said, CONNECTING, '')[0]?.fix ?? otherwise;
}

/** What ends Pulsar at its start, or keeps it from ever asking for jobs. */
export const STARTING: readonly Sign[] = [
  {
    id: 'pulsar/no-kombu',
    pattern: /kombu dependency unavailable/,
    place: 'Pulsar',
    cause: "kombu is not in Pulsar's virtual environment, so that it cannot read its queue",
    fix: 'add kombu to pulsar_optional_dependencies, then gatdeploy apply pulsar',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/pycurl-backend',
    pattern: /libcurl link-time ssl backends?.*compile-time/,
    place: 'Pulsar',
    cause: "pycurl was compiled for another TLS library than libcurl's",
    fix: 'set pulsar_pycurl_ssl_library: openssl (or gnutls), remove the venv, then gatdeploy apply pulsar',
    explains: ['pulsar', 'galaxy/job'],
  },
  {
    id: 'pulsar/cannot-read-config',
    pattern: /PermissionError.*app\.yml/,
    place: 'Pulsar',
    cause: "Pulsar's user cannot read app.yml",
    fix: 'gatdeploy apply pulsar sets owner, group and mode',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/bad-config',
    pattern: /yaml\.(?:scanner|parser)\.\w*Error/,
    place: 'Pulsar',
    cause: 'app.yml is no YAML',
    fix: 'gatdeploy apply pulsar writes it anew',
    explains: ['pulsar', 'galaxy/job', 'broker/queue'],
  },
  {
    id: 'pulsar/port-taken',
    pattern: /Address already in use/,
    place: 'Pulsar',
    cause: "another program has Pulsar's port",
    fix: 'ss -ltnp shows whose it is; set pulsar_port to another one',
    explains: ['pulsar'],
  },
];
