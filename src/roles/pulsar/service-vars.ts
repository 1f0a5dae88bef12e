/** The variables of galaxyproject.pulsar that shape its service. */
import { z } from 'zod';
import { bool, int, listOf, word } from '../types.ts';

const scalar = z.union([word, z.boolean().transform((value) => (value ? 'true' : 'false'))]);

export const serviceVars = {
  pulsar_systemd: { type: bool, default: false, doc: 'Run Pulsar as a systemd service.' },
  pulsar_systemd_enabled: { type: bool, default: true, doc: 'Start at boot.' },
  pulsar_systemd_service_name: {
    type: word,
    default: 'pulsar',
    doc: 'Name of the unit, so that one host can have several.',
  },
  pulsar_systemd_state: {
    type: z.enum(['started', 'stopped', 'restarted', 'reloaded']),
    default: 'started',
    doc: 'Whether it runs; `restarted` and `reloaded` count as started, as restarts follow from what changed.',
  },
  pulsar_systemd_memory_limit: {
    type: int,
    default: 6,
    doc: 'Memory in GB beyond which the kernel ends Pulsar and the jobs that it runs itself.',
  },
  pulsar_systemd_runner: {
    type: z.enum(['webless', 'paste', 'uwsgi', 'gunicorn']),
    default:
      "{{ 'webless' if pulsar_yaml_config.message_queue_url is defined or pulsar_site is defined else 'paste' }}",
    doc: 'Where jobs come from: `webless`, from a message queue; `paste` or `gunicorn`, over HTTP, by the web server that this version of Pulsar brings (gunicorn since 0.15.15, Paste before); `uwsgi`, over HTTP by uWSGI.',
  },
  pulsar_systemd_environment: {
    type: listOf(word),
    default: [],
    doc: 'Environment of the service, `NAME=value`.',
  },
  pulsar_systemd_service_options: {
    type: z.record(z.string(), scalar),
    default: {},
    doc: 'Further lines of the unit, `{CPUWeight: 50}`.',
  },
  pulsar_restart_handler_name: {
    type: word.optional(),
    doc: 'Accepted for old repositories; restarts follow from what changed.',
  },
  pulsar_host: {
    type: word,
    default: 'localhost',
    doc: 'Address that the web server listens on; unused with a message queue.',
  },
  pulsar_port: { type: int, default: 8913, doc: 'Port of the web server; unused with a message queue.' },
  pulsar_ssl_pem: { type: word.optional(), doc: 'Key and certificate of the web server in one file.' },
  pulsar_server_egg: { type: word, default: 'Paste#http', doc: "The server in server.ini's `use = egg:` line." },
  pulsar_uwsgi_socket: { type: word.optional(), doc: 'Socket of uWSGI.' },
  pulsar_uwsgi_options: {
    type: z.record(z.string(), scalar),
    default: {},
    doc: 'Further lines of the uwsgi section.',
  },
  pulsar_log_level: { type: word, default: 'DEBUG', doc: 'Level of what Pulsar logs to the journal.' },
} as const;
