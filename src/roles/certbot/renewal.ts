/** Renewal while nobody looks: the hook that puts the copies in place, and what starts certbot every day. */
import { mapText } from '../../base/secret.ts';
import { quoteWord, sh } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { aptPackage, command, cron, directory, file, type Resource, service } from '../../resources/index.ts';
import { NOTES } from '../../resources/loaded.ts';
import type { Settings } from './settings.ts';
import type { CertbotValues } from './vars.ts';

/** Declares the hook; the old role's one, which would do the same again, goes. */
export function declareHook(v: CertbotValues, settings: Settings): readonly Resource[] {
  const hooks = `${v.certbot_letsencrypt_dir}/renewal-hooks`;
  if (settings.copies.length === 0) return [];
  const copies = settings.copies.map((copy) => ({
    source: quoteWord(copy.source),
    path: quoteWord(copy.path),
    owner: quoteWord(copy.owner),
    group: quoteWord(copy.group ?? ''),
    mode: copy.mode,
  }));
  return [
    directory(`${hooks}/deploy`, {}),
    file(`${hooks}/deploy/gatdeploy`, {
      mode: '0755',
      content: template('certbot/deploy-hook.sh.hbs', {
        name: settings.name,
        live: quoteWord(settings.live),
        copies,
        notes: NOTES,
        paths: settings.copies.map((copy) => quoteWord(copy.path)).join(' '),
        postRenewal: mapText(v.certbot_post_renewal ?? '', (text) =>
          withoutOutage(text).replace(/\n*$/, '\n').replace(/^\n$/, ''),
        ),
      }),
    }),
    file(`${hooks}/post/ansible.sh`, { absent: true }),
  ];
}

const LINE = (commands: string) =>
  new RegExp(`^[ \\t]*(?:sudo[ \\t]+)?(?:${commands})(?:[ \\t]*\\|\\|.*)?[ \\t]*$`, 'gm');
const SYSTEMCTL = 'systemctl (?:--quiet |-q )?(?:restart|reload|try-restart|reload-or-restart)';

/** Lines that restart a service only for its certificate, and what makes it read the certificate again without an outage. */
const REREADS: readonly (readonly [RegExp, string])[] = [
  [LINE(`${SYSTEMCTL} nginx(?:\\.service)?|service nginx (?:restart|reload)`), 'reread_nginx'],
  [
    LINE(
      `${SYSTEMCTL} rabbitmq-server(?:\\.service)?|service rabbitmq-server restart|docker restart rabbit_hole|rabbitmqctl (?:-q )?eval 'ssl:clear_pem_cache\\(\\)\\.'(?: *</dev/null)?`,
    ),
    'reread_rabbitmq',
  ],
];

/** Takes the gentle form of each such line; every other line stays as it is. */
export function withoutOutage(lines: string): string {
  return REREADS.reduce((text, [pattern, gentle]) => text.replace(pattern, gentle), lines);
}

/** Declares the timer or the cron file. */
export function declareRenewal(
  v: CertbotValues,
  settings: Settings,
  after: readonly Resource[],
): readonly Resource[] {
  return [...declareOldEntries(v), otherCronFiles(v), ...declareStart(v, settings, after)];
}

/** How a cron file of ours is known. */
const MARK = "# Made by gatdeploy: certbot's automatic renewal.";

/** Cron files of ours under other names, or where a timer renews now. */
function otherCronFiles(v: CertbotValues): Resource {
  const own = v.certbot_auto_renew ? (v.certbot_auto_renew_cron_file ?? '') : '';
  const find = sh`grep -lsxF -e ${MARK} /etc/cron.d/* | grep -vxF ${`/etc/cron.d/${own}`}`;
  return command('no other cron files for certbot', {
    unless: sh`! ${find}`,
    run: sh`${find} | while IFS= read -r gd_file; do rm -f -- "$gd_file"; done`,
  });
}

/** The entries that Ansible's role made in crontabs: certbot would run twice, and from the role's own folder. */
function declareOldEntries(v: CertbotValues): readonly Resource[] {
  return [...new Set(['root', v.certbot_auto_renew_user])].map((user) =>
    cron(`certbot: old entry of ${user}`, { entry: 'Certbot automatic renewal.', user, gone: true }),
  );
}

function declareStart(v: CertbotValues, settings: Settings, after: readonly Resource[]): readonly Resource[] {
  const isPackage = v.certbot_install_method === 'package';
  const off = isPackage ? [service('certbot.timer', { running: false, enabled: false, after })] : [];
  if (!v.certbot_auto_renew) return off;
  return v.certbot_auto_renew_cron_file === undefined
    ? declareTimer(v, settings, after)
    : [...off, ...declareCron(v, settings, v.certbot_auto_renew_cron_file)];
}

/** The units have the names of the distribution's, in /etc, where they win. */
function declareTimer(v: CertbotValues, settings: Settings, after: readonly Resource[]): readonly Resource[] {
  const program = settings.program.startsWith('/') ? settings.program : `/usr/bin/${settings.program}`;
  const unit = file('/etc/systemd/system/certbot.service', {
    content: template('certbot/certbot.service.hbs', {
      command: [program, '-q', 'renew', ...settings.extra].join(' '),
    }),
  });
  const timer = file('/etc/systemd/system/certbot.timer', {
    content: template('certbot/certbot.timer.hbs', {
      hour: calendarField(v.certbot_auto_renew_hour),
      minute: calendarField(v.certbot_auto_renew_minute),
    }),
  });
  return [unit, timer, service('certbot.timer', { loads: [timer], after: [unit, ...after] })];
}

/** A field of cron as systemd.time(7) writes it: a step of cron starts at zero. */
function calendarField(field: string): string {
  return field.replace(/^\*\/(\d+)$/, '0/$1').padStart(2, '0');
}

function declareCron(v: CertbotValues, settings: Settings, name: string): readonly Resource[] {
  const command = [settings.program, 'renew', '--quiet', ...settings.extra].join(' ');
  const when = `${v.certbot_auto_renew_minute} ${v.certbot_auto_renew_hour} * * *`;
  return [
    aptPackage('cron', {}),
    file(`/etc/cron.d/${name}`, {
      content: `${MARK}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
${when} ${v.certbot_auto_renew_user} ${command}
`,
    }),
  ];
}
