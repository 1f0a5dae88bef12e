import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { certbot } from '../../src/roles/certbot/index.ts';
import { withoutOutage } from '../../src/roles/certbot/renewal.ts';
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
        "command[no other copies of the key of gat-1.example.org]",
        "directory[/etc/letsencrypt/renewal-hooks/deploy]",
        "file[/etc/letsencrypt/renewal-hooks/deploy/gatdeploy]",
        "file[/etc/letsencrypt/renewal-hooks/post/ansible.sh]",
        "cron[certbot: old entry of root]",
        "command[no other cron files for certbot]",
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

      # noted UNIT: it has read the copies; gatdeploy's note of what it has read follows, so that no second reload is owed.
      noted() {
        for note in /var/lib/gatdeploy/loaded/"$1".reread /var/lib/gatdeploy/loaded/"$1".reload; do
          test -f "$note" || continue
          for path in /etc/ssl/certs/fullchain.pem /etc/ssl/certs/cert.pem /etc/ssl/private/privkey.pem /etc/ssl/user/privkey-nginx.pem /etc/ssl/user/privkey-rabbitmq.pem /etc/ssl/user/privkey-999:999.pem; do
            sum=$(sha256sum -- "$path" | cut -d' ' -f1)
            changed=$(stat -L -c %Z -- "$path")
            sed -i -e "s|^[0-9a-f]\\{64\\}  $path\\$|$sum  $path|" -e "s|^[0-9]* at:$path\\$|$changed at:$path|" "$note"
          done
        done
      }
      reread_nginx() {
        systemctl is-active -q nginx.service || return 0
        systemctl reload nginx.service && noted nginx.service
      }
      reread_rabbitmq() {
        systemctl is-active -q rabbitmq-server.service || return 0
        rabbitmqctl -q eval 'ssl:clear_pem_cache().' </dev/null >/dev/null && noted rabbitmq-server.service
      }

      # certbot_post_renewal, where restarts of these two have become reloads.
      set +e
      reread_nginx

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

describe('lines of certbot_post_renewal', () => {
  test.each([
    ['systemctl restart nginx || true', 'reread_nginx'],
    ['  sudo systemctl reload nginx.service', 'reread_nginx'],
    ['systemctl restart rabbitmq-server || true', 'reread_rabbitmq'],
    ['docker restart rabbit_hole || true', 'reread_rabbitmq'],
    ["rabbitmqctl eval 'ssl:clear_pem_cache().' </dev/null || true", 'reread_rabbitmq'],
    ['systemctl restart proftpd || true', 'systemctl restart proftpd || true'],
    ['systemctl restart nginx && echo done', 'systemctl restart nginx && echo done'],
    ['test -f /x && systemctl restart nginx', 'test -f /x && systemctl restart nginx'],
  ])('%s becomes %s', (line, gentle) => expect(withoutOutage(`a\n${line}\nb\n`)).toBe(`a\n${gentle}\nb\n`));
});

describe('a certificate', () => {
  test('may be signed by the host itself, with the same copies and without certbot', () => {
    const { resources } = declareRole(certbot, { ...training, certificate_source: 'self-signed' });
    const ids = idsOf(resources).map((id) => id.split(' ')[0]);
    expect(ids).toContain('self_signed_certificate[/etc/ssl/gatdeploy/gat-1.example.org/cert.pem]');
    expect(ids).toContain('certificate_copy[/etc/ssl/user/privkey-rabbitmq.pem]');
    expect(ids.join(' ')).not.toMatch(/certificate\[gat|timer|certbot/);
  });

  test('may be a pair of the project, whose first certificate is the leaf', () => {
    const { chain, key } = projectPair('gat-1.example.org');
    const files = { 'files/certificates/gat-1.example.org.pem': chain };
    const variables = { ...training, certificate_source: 'files', certificate_key: key };
    const { resources } = declareRole(certbot, variables, { files });
    const leaf = contentOf(resources, '/etc/ssl/gatdeploy/gat-1.example.org/cert.pem');
    expect(chain.startsWith(leaf)).toBe(true);
    expect(leaf.match(/BEGIN/g)).toHaveLength(1);
    expect(contentOf(resources, '/etc/ssl/gatdeploy/gat-1.example.org/privkey.pem')).toBe(key);
    expect(() => declareRole(certbot, variables)).toThrow(
      expect.objectContaining({ code: 'certbot/no-certificate' }),
    );
    expect(() => declareRole(certbot, { ...variables, certificate_key: 'no key' }, { files })).toThrow(
      expect.objectContaining({ code: 'certbot/unusable-pair' }),
    );
  });

  test('may be for an account that the authority knows, whose secret is no argument', () => {
    const { resources } = declareRole(certbot, {
      ...training,
      certbot_eab_kid: 'kid-1',
      certbot_eab_hmac_key: 'S3CRET',
    });
    const one = resources.find(({ kind }) => kind.name === 'certificate');
    const script = one?.kind.apply([
      { name: one.name, props: one.props, keys: new Set(), before: undefined, after: {} },
    ]).source;
    expect(script).toContain('eab-hmac-key = S3CRET');
    expect(script).not.toMatch(/certbot certonly[^\n]*S3CRET/);
    expect(() => declareRole(certbot, { ...training, certbot_eab_kid: 'kid-1' })).toThrow(
      expect.objectContaining({ code: 'certbot/eab' }),
    );
  });
});

/** A certificate with its chain, made by openssl. */
function projectPair(name: string): { readonly chain: string; readonly key: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-pair-'));
  try {
    const run = (script: string) => execFileSync('sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
    run(
      'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj /CN=ca -out ca.pem',
    );
    run(`openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -subj /CN=${name} -addext subjectAltName=DNS:${name} -out csr
openssl x509 -req -in csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -out leaf.pem`);
    const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
    return { chain: read('leaf.pem') + read('ca.pem'), key: read('key') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
