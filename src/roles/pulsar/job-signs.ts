/** What lines of Pulsar's journal mean that tell of jobs: of their files on the way, and of what befell them. */
import type { Sign } from '../../verify/doctor/signs.ts';

/** What Galaxy tells of a job whose cause stands here. */
const EXPLAINS = ['galaxy/jobs-failed remote'];

/** And of a way that is closed. */
const CLOSED = [...EXPLAINS, 'pulsar/staging-galaxy-down', 'pulsar/staging-refused'];

/** What Pulsar says once a job's outputs are back, so that its way to Galaxy is open. At a quieter log level it doesn't. */
export const DONE = /Publishing Pulsar state change with status complete/;

/** What kept the files of jobs from going to and fro; nothing any more once a job has come through. */
export const STAGING: readonly Sign[] = [
  {
    id: 'pulsar/galaxy-untrusted',
    pattern: /SSL certificate problem|error: \(60, |transport code: (?:51|60),/,
    place: 'way',
    cause: "Pulsar does not trust Galaxy's certificate, so that no file is fetched or sent back",
    fix: "use a public authority, or put its root into the host's /usr/local/share/ca-certificates and run update-ca-certificates",
    explains: [...CLOSED, 'pulsar.service/galaxy-tls'],
  },
  {
    id: 'pulsar/staging-forbidden',
    pattern: /(?:status|code|error)\D{0,20}403\b/,
    place: 'Galaxy',
    cause:
      'Galaxy refuses the files of a job (403): somebody has cancelled it, or id_secret is another one than when it was sent',
    fix: 'nothing for a job that was cancelled; else apply the id_secret of before, or send the job again',
    explains: CLOSED,
  },
  {
    id: 'pulsar/staging-not-galaxy',
    pattern: /(?:status|code|error)\D{0,20}40([14])\b/,
    place: 'Galaxy',
    cause: 'where Pulsar looks for the files of a job is no Galaxy that knows it (40$1): a wrong galaxy_url?',
    fix: 'compare galaxy_url of the runner with galaxy_infrastructure_url: gatdeploy lint',
    explains: CLOSED,
  },
  {
    id: 'pulsar/galaxy-unresolved',
    pattern: /Could not resolve host: |transport code: 6,/,
    place: 'way',
    cause: "the name by which Pulsar looks for Galaxy does not resolve on Pulsar's host",
    fix: 'see galaxy_url of the runner and galaxy_infrastructure_url; then DNS or /etc/hosts',
    explains: [...CLOSED, 'pulsar.service/galaxy-tls'],
  },
  {
    id: 'pulsar/galaxy-unreachable',
    pattern: /transport code: (?:7|28),|Failed to connect to \S+ port \d+/,
    place: 'way',
    cause: "Galaxy's web server gives Pulsar no answer, so that no file is fetched or sent back",
    fix: 'gatdeploy verify galaxy pulsar says whether it answers; see galaxy_url of the runner, and firewalls between',
    explains: CLOSED,
  },
  {
    id: 'pulsar/staging-galaxy-down',
    pattern: /(?:status|code|error)\D{0,20}50([234])\b|Failed to execute staging/,
    place: 'Galaxy',
    cause:
      'Galaxy did not answer when files were fetched or sent back; Pulsar tries again where postprocess_action_max_retries is set',
    fix: 'gatdeploy verify galaxy says whether it answers now',
    explains: EXPLAINS,
  },
  {
    id: 'pulsar/staging-refused',
    pattern: /Failures collecting results.*(?:connection_refused|timeout)/,
    place: 'way',
    cause:
      "Galaxy's web server did not answer when a job's files were sent back. Pulsar 0.16 tries that again only without pycurl, so the job failed",
    fix: 'gatdeploy verify galaxy says whether it answers now; run the job again. A reload of nginx, instead of a restart, leaves no gap',
    explains: EXPLAINS,
  },
];

/** What befell jobs, and may befall others, whatever Pulsar's connections are now. */
export const ANYTIME: readonly Sign[] = [
  {
    id: 'pulsar/no-space',
    pattern: /No space left on device/,
    place: 'host',
    cause: 'Pulsar found no space left for its jobs',
    fix: 'set pulsar_staging_max_age_days, so that directories of finished jobs go; df -h shows what is full',
    explains: EXPLAINS,
  },
  {
    id: 'pulsar/staging-too-large',
    pattern: /(?:status|code|error)\D{0,20}413\b/,
    place: 'web server',
    cause: 'the web server refuses an output as too large',
    fix: 'set client_max_body_size in nginx_conf_http, to 10g for instance, then gatdeploy apply galaxy',
    explains: EXPLAINS,
  },
  {
    id: 'pulsar/out-of-memory',
    pattern: /killed by the OOM killer|Failed with result 'oom-kill'/,
    place: 'Pulsar',
    cause: 'Pulsar and its jobs needed more memory than pulsar_systemd_memory_limit allows',
    fix: 'raise pulsar_systemd_memory_limit, or let fewer jobs run at once, then gatdeploy apply pulsar',
    explains: EXPLAINS,
  },
  {
    id: 'pulsar/conda-failed',
    pattern: /Conda installation requested and failed/,
    place: 'Pulsar',
    cause: 'conda could not be installed, so that tools find only what is on the PATH',
    fix: 'let the host reach the installer, or set auto_init: false in dependency_resolution',
  },
];
