/** The variables of usegalaxy_eu.certbot, under the names and with the defaults that its users know. */
import { z } from 'zod';
import type { RoleValues } from '../role.ts';
import { bool, int, listOf, text, word } from '../types.ts';

export const vars = {
  certbot_domains: {
    type: listOf(word),
    default: [],
    doc: 'Names on the certificate. The first one names its folder below live/. Empty: no certificate is asked for.',
  },
  certbot_agree_tos: {
    type: word,
    default: '',
    doc: "Must be `--agree-tos`: that you accept the authority's terms.",
  },
  certbot_admin_email: {
    type: word.optional(),
    doc: 'Where the authority writes to. Without it the account is registered without an address.',
  },
  certbot_environment: {
    type: z.enum(['production', 'staging']),
    default: 'production',
    doc: "Which of Let's Encrypt's authorities is asked; `staging` gives certificates that nobody trusts.",
  },
  certbot_server: {
    type: word.optional(),
    doc: "Directory URL of any ACME authority; default Let's Encrypt's of `certbot_environment`. `--server` in `certbot_auto_renew_extra` counts too.",
  },
  certbot_auth_method: {
    type: word,
    default: '--standalone',
    doc: 'How certbot proves that the names are ours: `--webroot` with `certbot_well_known_root`, `--standalone`, or another option.',
  },
  certbot_well_known_root: {
    type: word.optional(),
    doc: 'Directory that the web server shows under `/.well-known/`; needed for `--webroot`.',
  },
  certbot_install_method: {
    type: z.enum(['virtualenv', 'package', 'source']),
    default: 'package',
    doc: "`package`: the distribution's certbot, which needs no further tools. `virtualenv`: from PyPI into `certbot_dir`; Ansible's default. `source` no longer exists.",
  },
  certbot_dir: { type: word, default: '/opt/certbot', doc: 'The virtual environment of the `virtualenv` method.' },
  certbot_package: { type: word, default: 'certbot', doc: 'The package, of the distribution or of PyPI.' },
  certbot_script: {
    type: word,
    default: 'certbot',
    doc: 'The program; with `virtualenv` the one in `certbot_dir` is taken.',
  },
  certbot_virtualenv_package_name: {
    type: word.optional(),
    doc: "Has no effect: the distribution's python3-venv is enough.",
  },
  certbot_virtualenv_command: { type: word.optional(), doc: 'Has no effect: `python3 -m venv` is used.' },
  pip_virtualenv_command: { type: z.unknown(), doc: 'The same.' },
  certbot_letsencrypt_dir: { type: word, default: '/etc/letsencrypt', doc: 'Where certbot keeps everything.' },
  certbot_hostname_override: {
    type: word.optional(),
    doc: "Name of the certificate's folder below live/ instead of the first domain.",
  },
  certbot_share_key_users: {
    type: listOf(word),
    default: [],
    doc: 'Users who get a copy of the private key, `privkey-USER.pem`. One that the host lacks gets a copy that only root reads.',
  },
  certbot_share_key_ids: {
    type: listOf(word),
    default: [],
    doc: 'The same by numeric `uid:gid`, for users inside containers.',
  },
  certbot_share_key_dir: { type: word, default: '/etc/ssl/user', doc: 'Where the copies of the key are.' },
  certbot_ssl_group: { type: word.optional(), doc: 'Group of the copies in /etc/ssl; made if it is missing.' },
  certbot_ssl_private_dir_mode: {
    type: word,
    default: '750',
    doc: 'Mode of /etc/ssl/private, when there is a `certbot_ssl_group`.',
  },
  certbot_post_renewal: {
    type: text.optional(),
    doc: 'Shell lines that certbot runs after each renewal, once the copies are in place. They do not run when gatdeploy gets a certificate: it reloads what is due itself.',
  },
  certbot_expand: {
    type: bool,
    default: false,
    doc: 'Has no effect: a certificate whose names differ from `certbot_domains` is always replaced.',
  },
  certbot_force_run: {
    type: bool,
    default: false,
    doc: 'Has no effect: a certificate is replaced when it differs from what is declared.',
  },
  certbot_auto_renew: { type: bool, default: true, doc: 'Renew by a systemd timer or a cron file.' },
  certbot_auto_renew_user: {
    type: word,
    default: 'root',
    doc: 'Who runs the renewal from the cron file; the timer runs as root, and only root can write the copies.',
  },
  certbot_auto_renew_hour: { type: word, default: '3', doc: 'Hour of the daily renewal.' },
  certbot_auto_renew_minute: { type: word, default: '30', doc: 'Minute of the daily renewal.' },
  certbot_auto_renew_cron_file: {
    type: word.optional(),
    doc: 'Name of a file in /etc/cron.d. Without it certbot.timer renews.',
  },
  certbot_auto_renew_extra: {
    type: word,
    default: '',
    doc: 'Further options for getting and for renewing certificates.',
  },
  certbot_dns_provider: {
    type: word.optional(),
    doc: 'Prove the names by DNS with the plugin `certbot-dns-NAME`, instead of `certbot_auth_method`.',
  },
  certbot_dns_credentials: {
    type: z.record(z.string(), text).optional(),
    doc: "The plugin's credentials; each becomes a line `dns_NAME_KEY = VALUE`.",
  },
  certbot_dns_credentials_file: {
    type: word.optional(),
    doc: 'Where the credentials are written; default `dns-NAME-credentials.ini` in `certbot_letsencrypt_dir`.',
  },
  certbot_dns_provider_propagation_seconds: {
    type: int.optional(),
    doc: 'How long to wait for the DNS entry to be seen.',
  },
  certbot_eab_kid: {
    type: word.optional(),
    doc: 'Key identifier of an External Account Binding, which some authorities give to their customers. Own variable of gatdeploy.',
  },
  certbot_eab_hmac_key: {
    type: text.optional(),
    doc: 'Its secret; keep it in the vault. Own variable of gatdeploy.',
  },
  certificate_source: {
    type: z.enum(['acme', 'self-signed', 'files']),
    default: 'acme',
    doc: 'Where the certificate comes from: `acme`, an authority asked by certbot; `self-signed`, the host itself; `files`, the project. All copies are made as with certbot. Own variable of gatdeploy.',
  },
  certificate_file: {
    type: word,
    default: 'files/certificates/{{ certbot_domains[0] | default(inventory_hostname) }}.pem',
    doc: 'For `files`: the certificate with its chain, in the project. Own variable of gatdeploy.',
  },
  certificate_key_file: {
    type: word,
    default: 'files/certificates/{{ certbot_domains[0] | default(inventory_hostname) }}.key',
    doc: 'For `files`: its private key, in the project, best encrypted with the vault. Own variable of gatdeploy.',
  },
  certificate_key: {
    type: text.optional(),
    doc: 'For `files`: the private key itself, instead of `certificate_key_file`. Own variable of gatdeploy.',
  },
  certbot_repo: { type: word.optional(), doc: 'Has no effect: certbot is not installed from its sources.' },
  certbot_version: { type: word.optional(), doc: 'Version for the `virtualenv` method.' },
  certbot_keep_updated: { type: bool.optional(), doc: 'Has no effect.' },
} as const;

export type CertbotValues = RoleValues<typeof vars>;
