import { describe, expect, test } from 'vitest';
import { certbot } from '../../src/roles/certbot/index.ts';
import { contentOf, declareRole, idsOf } from '../support/role.ts';

/** As training repositories have it. */
const training = {
  certbot_install_method: 'virtualenv',
  certbot_auth_method: '--webroot',
  certbot_environment: 'staging',
  certbot_well_known_root: '/srv/nginx/_well-known_root',
  certbot_share_key_users: ['nginx', 'rabbitmq'],
  certbot_share_key_ids: ['999:999'],
  certbot_post_renewal: 'systemctl restart nginx || true\n',
  certbot_domains: ['{{ inventory_hostname }}'],
  certbot_agree_tos: '--agree-tos',
};
const HOOK = '/etc/letsencrypt/renewal-hooks/deploy/gatdeploy';

const certificateOf = (variables: Record<string, unknown>) =>
  declareRole(certbot, { ...training, ...variables }).resources.find((one) => one.kind.name === 'certificate')
    ?.props as { server: string; challenge: readonly string[]; options: readonly string[] } | undefined;

describe('the certificate of a training repository', () => {
  const { resources, checks } = declareRole(certbot, training);

  test('comes in this order', () =>
    expect(idsOf(resources)).toMatchInlineSnapshot(`
    [
      "package[openssl]",
      "package[python3-venv]",
      "venv[/opt/certbot]",
      "pip[/opt/certbot]",
      "directory[/srv/nginx/_well-known_root]",
      "directory[/etc/ssl/user]",
      "certificate[gat-1.example.org] requires http:80@gat-1.example.org",
      "certificate_copy[/etc/ssl/certs/fullchain.pem] provides certificate@gat-1.example.org",
      "certificate_copy[/etc/ssl/certs/cert.pem] provides certificate@gat-1.example.org",
      "certificate_copy[/etc/ssl/private/privkey.pem] provides certificate@gat-1.example.org",
      "certificate_copy[/etc/ssl/user/privkey-nginx.pem] requires user:nginx@gat-1.example.org provides shared-key:nginx@gat-1.example.org",
      "certificate_copy[/etc/ssl/user/privkey-rabbitmq.pem] requires user:rabbitmq@gat-1.example.org provides shared-key:rabbitmq@gat-1.example.org",
      "certificate_copy[/etc/ssl/user/privkey-999:999.pem] provides shared-key:999:999@gat-1.example.org",
      "directory[/etc/letsencrypt/renewal-hooks/deploy]",
      "file[/etc/letsencrypt/renewal-hooks/deploy/gatdeploy]",
      "file[/etc/letsencrypt/renewal-hooks/post/ansible.sh]",
      "file[/etc/systemd/system/certbot.service]",
      "file[/etc/systemd/system/certbot.timer]",
      "service[certbot.timer]",
    ]
  `));
  test('is copied by this hook', () =>
    expect(contentOf(resources, HOOK)).toMatchInlineSnapshot(`
    "#!/bin/sh
    # Made by gatdeploy. certbot runs this after each renewal of gat-1.example.org: it puts the copies of the certificate in place,
    # then runs what certbot_post_renewal says.
    set -eu
    live=/etc/letsencrypt/live/gat-1.example.org
    test "\${RENEWED_LINEAGE:-$live}" = "$live" || exit 0

    # copy SOURCE COPY OWNER GROUP MODE: readers see the old file or the new one, never a part, never a wider mode.
    copy() {
      owner=0:0
      case $3 in
        *:*) owner=$3 ;;
        *) if id -u -- "$3" >/dev/null 2>&1; then owner=$3:\${4:-$(id -gn -- "$3")}; fi ;;
      esac
      new=$(mktemp -- "$2.XXXXXXXX")
      cat -- "$1" >"$new"
      chown -- "$owner" "$new"
      chmod -- "$5" "$new"
      mv -fT -- "$new" "$2"
    }

    copy /etc/letsencrypt/live/gat-1.example.org/fullchain.pem /etc/ssl/certs/fullchain.pem root '' 0644
    copy /etc/letsencrypt/live/gat-1.example.org/cert.pem /etc/ssl/certs/cert.pem root '' 0644
    copy /etc/letsencrypt/live/gat-1.example.org/privkey.pem /etc/ssl/private/privkey.pem root '' 0640
    copy /etc/letsencrypt/live/gat-1.example.org/privkey.pem /etc/ssl/user/privkey-nginx.pem nginx '' 0640
    copy /etc/letsencrypt/live/gat-1.example.org/privkey.pem /etc/ssl/user/privkey-rabbitmq.pem rabbitmq '' 0640
    copy /etc/letsencrypt/live/gat-1.example.org/privkey.pem /etc/ssl/user/privkey-999:999.pem 999:999 '' 0640

    set +e
    systemctl restart nginx || true

    "
  `));
  test('is renewed at this time', () =>
    expect(contentOf(resources, '/etc/systemd/system/certbot.timer')).toContain('OnCalendar=*-*-* 03:30:00'));
  test('is checked', () => expect(checks.map((one) => one.id)).toEqual(['certbot/life', 'certbot/key']));
});

describe('the authority', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["is Let's Encrypt's staging one", {}, 'https://acme-staging-v02.api.letsencrypt.org/directory'],
    [
      "is Let's Encrypt's",
      { certbot_environment: 'production' },
      'https://acme-v02.api.letsencrypt.org/directory',
    ],
    ['is the one of certbot_server', { certbot_server: 'https://a/dir' }, 'https://a/dir'],
    ['is the one among the options', { certbot_auto_renew_extra: '-v --server https://b/dir' }, 'https://b/dir'],
    [
      'is the one among the options, with =',
      { certbot_auto_renew_extra: '--server=https://b/dir -v' },
      'https://b/dir',
    ],
  ])('%s', (_title, variables, server) => expect(certificateOf(variables)?.server).toBe(server));

  test('is not named twice', () =>
    expect(certificateOf({ certbot_auto_renew_extra: '-v --server https://b/dir' })?.options).toEqual([
      '--register-unsafely-without-email',
      '--agree-tos',
      '-v',
    ]));

  test('is shown by DNS where a provider is named', () =>
    expect(
      certificateOf({ certbot_dns_provider: 'route53', certbot_dns_provider_propagation_seconds: 60 })?.challenge,
    ).toEqual(['--dns-route53', '--dns-route53-propagation-seconds', '60']));
});

describe('certbot refuses', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['to accept terms by itself', { certbot_agree_tos: '' }, 'certbot/terms'],
    ['a webroot without its directory', { certbot_well_known_root: null }, 'certbot/webroot'],
    ['a method that is gone', { certbot_install_method: 'source' }, 'certbot/install-method'],
  ])('%s', (_title, variables, code) => {
    const all = Object.fromEntries(
      Object.entries({ ...training, ...variables }).filter(([, value]) => value !== null),
    );
    expect(() => declareRole(certbot, all)).toThrow(expect.objectContaining({ code }));
  });
});

test('without anybody to share with and anything to run, nothing is copied', () => {
  const { certbot_share_key_users, certbot_share_key_ids, certbot_post_renewal, ...plain } = training;
  const ids = idsOf(declareRole(certbot, plain).resources).join('\n');
  expect(ids).not.toContain('certificate_copy');
  expect(ids).toContain('provides certificate@');
});

test('a cron file takes the place of the timer', () => {
  const { resources } = declareRole(certbot, {
    ...training,
    certbot_install_method: 'package',
    certbot_auto_renew_cron_file: 'certbot-renewal',
  });
  expect(contentOf(resources, '/etc/cron.d/certbot-renewal')).toContain('30 3 * * * root certbot renew --quiet');
  const timer = resources.find((one) => one.id === 'service[certbot.timer]');
  expect(timer?.kind.desired(timer)).toMatchObject({ running: false, enabled: false });
});
