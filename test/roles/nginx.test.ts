import { describe, expect, test } from 'vitest';
import { nginx } from '../../src/roles/nginx/index.ts';
import { withoutTls } from '../../src/roles/nginx/tls.ts';
import { declareRole, idsOf } from '../support/role.ts';

const training = {
  certbot_auth_method: '--webroot',
  certbot_environment: 'staging',
  certbot_well_known_root: '/srv/nginx/_well-known_root',
  certbot_share_key_users: ['www-data', 'rabbitmq'],
  certbot_domains: ['{{ inventory_hostname }}'],
  certbot_agree_tos: '--agree-tos',
  nginx_servers: ['redirect-ssl'],
  nginx_ssl_servers: ['galaxy'],
  nginx_ssl_role: 'usegalaxy_eu.certbot',
  nginx_conf_http: { gzip: false, client_max_body_size: '1g' },
  nginx_conf_ssl_certificate: '/etc/ssl/certs/fullchain.pem',
  nginx_conf_ssl_certificate_key: '/etc/ssl/user/privkey-www-data.pem',
};

const contentAt = (resources: ReturnType<typeof declareRole>['resources'], path: string) =>
  String((resources.find((one) => one.name === path)?.props as { content?: string } | undefined)?.content);

describe('nginx of a training repository', () => {
  const { resources, checks } = declareRole(nginx, training);

  test('comes in this order, with the certificate in the middle', () =>
    expect(idsOf(resources)).toMatchInlineSnapshot(`
      [
        "package[nginx-full] provides user:www-data@gat-1.example.org",
        "package[curl]",
        "package[openssl]",
        "nginx_config[/etc/nginx/sites-enabled/default]",
        "nginx_config[/etc/nginx/conf.d/http_options.conf]",
        "nginx_config[/etc/nginx/sites-available/redirect-ssl]",
        "service[nginx.service] provides http:80@gat-1.example.org",
        "package[openssl]",
        "package[certbot]",
        "directory[/srv/nginx/_well-known_root]",
        "directory[/etc/ssl/user]",
        "certificate[gat-1.example.org] requires http:80@gat-1.example.org",
        "certificate_copy[/etc/ssl/certs/fullchain.pem] provides certificate@gat-1.example.org",
        "certificate_copy[/etc/ssl/certs/cert.pem] provides certificate@gat-1.example.org",
        "certificate_copy[/etc/ssl/private/privkey.pem] provides certificate@gat-1.example.org",
        "certificate_copy[/etc/ssl/user/privkey-www-data.pem] requires user:www-data@gat-1.example.org provides shared-key:www-data@gat-1.example.org",
        "certificate_copy[/etc/ssl/user/privkey-rabbitmq.pem] requires user:rabbitmq@gat-1.example.org provides shared-key:rabbitmq@gat-1.example.org",
        "command[no other copies of the key of gat-1.example.org]",
        "directory[/etc/letsencrypt/renewal-hooks/deploy]",
        "file[/etc/letsencrypt/renewal-hooks/deploy/gatdeploy]",
        "file[/etc/letsencrypt/renewal-hooks/post/ansible.sh]",
        "cron[certbot: old entry of root]",
        "command[no other cron files for certbot]",
        "file[/etc/systemd/system/certbot.service]",
        "file[/etc/systemd/system/certbot.timer]",
        "service[certbot.timer]",
        "existing_file[/etc/ssl/certs/fullchain.pem]",
        "existing_file[/etc/ssl/user/privkey-www-data.pem]",
        "edit[/etc/nginx/nginx.conf: TLS]",
        "nginx_config[/etc/nginx/conf.d/ssl.conf] requires certificate@gat-1.example.org",
        "nginx_config[/etc/nginx/sites-available/galaxy]",
        "reload[nginx.service]",
      ]
    `));

  test('gets its options sorted', () =>
    expect(contentAt(resources, '/etc/nginx/conf.d/http_options.conf')).toBe(
      '# Made by gatdeploy from nginx_conf_http.\nclient_max_body_size 1g;\ngzip off;\n',
    ));

  test('gets its TLS settings', () =>
    expect(contentAt(resources, '/etc/nginx/conf.d/ssl.conf')).toMatchInlineSnapshot(`
      "# Made by gatdeploy.
      ssl_protocols TLSv1.2 TLSv1.3;
      ssl_prefer_server_ciphers on;
      ssl_session_timeout 5m;
      ssl_session_cache shared:SSL:8m;
      ssl_certificate /etc/ssl/certs/fullchain.pem;
      ssl_certificate_key /etc/ssl/user/privkey-www-data.pem;
      "
    `));

  test("renders the project's own templates", () =>
    expect(contentAt(resources, '/etc/nginx/sites-available/galaxy')).toBe('(templates/nginx/galaxy.j2)\n'));

  test('is checked on both ports', () =>
    expect(checks.map((one) => one.id)).toEqual([
      'nginx/listeners',
      'nginx/80',
      'nginx/443',
      'nginx/tls',
      'nginx/certificate',
      'certbot/life',
      'certbot/key',
    ]));
});

test('certificate and key of the project are copied where no role gets them', () => {
  const { resources } = declareRole(nginx, {
    nginx_ssl_servers: ['galaxy'],
    nginx_conf_ssl_certificate: 'galaxy.pem',
    nginx_conf_ssl_certificate_key: 'galaxy.key',
    sslkeys: { 'galaxy.key': 'PRIVATE' },
  });
  expect(idsOf(resources)).toContain('file[/etc/nginx/ssl/galaxy.key]');
  expect(contentAt(resources, '/etc/nginx/ssl/galaxy.key')).toBe('PRIVATE');
  expect(contentAt(resources, '/etc/nginx/ssl/galaxy.pem')).toBe('(files/ssl/galaxy.pem)\n');
});

/** TLS without a role that gets the certificate. */
const ownFiles = {
  nginx_conf_ssl_certificate: 'galaxy.pem',
  nginx_conf_ssl_certificate_key: 'galaxy.key',
};

test('the chain for stapling is copied, too', () => {
  const { resources } = declareRole(nginx, { ...ownFiles, nginx_conf_ssl_trusted_certificate: 'chain.pem' });
  expect(contentAt(resources, '/etc/nginx/ssl/chain.pem')).toBe('(files/ssl/chain.pem)\n');
  expect(contentAt(resources, '/etc/nginx/conf.d/ssl.conf')).toContain(
    'ssl_trusted_certificate /etc/nginx/ssl/chain.pem;\nssl_stapling on;\nssl_stapling_verify on;\n',
  );
  const live = resources.find(({ kind }) => kind.name === 'reload');
  expect(JSON.stringify(live?.props)).toContain('/etc/nginx/ssl/chain.pem');
});

const CURVES = 'ssl_ecdh_curve X25519:prime256v1:secp384r1;\n';

test.each<[string, Record<string, unknown>, readonly string[], readonly string[]]>([
  [
    'default',
    {},
    ['ssl_protocols TLSv1.2 TLSv1.3;\n', 'ssl_session_timeout 5m;\n'],
    ['ssl_ecdh_curve', 'ssl_ciphers'],
  ],
  [
    'intermediate',
    {},
    [
      'ssl_protocols TLSv1.2 TLSv1.3;\n',
      CURVES,
      'ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:',
      'ssl_prefer_server_ciphers off;\n',
      'ssl_session_timeout 4h;\n',
      'ssl_session_cache shared:MozSSL:10m;\n',
      'ssl_session_tickets off;\n',
    ],
    [':DHE-', 'ssl_stapling'],
  ],
  [
    'modern',
    {},
    ['ssl_protocols TLSv1.3;\n', CURVES, 'ssl_prefer_server_ciphers off;\n', 'ssl_session_tickets off;\n'],
    ['ssl_ciphers'],
  ],
  [
    'modern',
    {
      nginx_conf_ssl_protocols: ['TLSv1.2', 'TLSv1.3'],
      nginx_conf_ssl_ecdh_curve: 'X25519',
      nginx_conf_ssl_session_timeout: '1d',
    },
    ['ssl_protocols TLSv1.2 TLSv1.3;\n', 'ssl_ecdh_curve X25519;\n', 'ssl_session_timeout 1d;\n'],
    [],
  ],
])('the profile %s, with %j, says so in ssl.conf', (profile, variables, said, unsaid) => {
  const { resources } = declareRole(nginx, { ...ownFiles, ...variables, nginx_ssl_config_profile: profile });
  const text = contentAt(resources, '/etc/nginx/conf.d/ssl.conf');
  for (const line of said) expect(text).toContain(line);
  for (const line of unsaid) expect(text).not.toContain(line);
});

test('the host may sign the certificate itself', () => {
  const { resources, checks } = declareRole(nginx, {
    nginx_ssl_role: 'galaxyproject.self_signed_certs',
    openssl_domains: 'galaxy.example.org',
    openssl_country_name: 'DE',
    nginx_ssl_servers: ['galaxy'],
    nginx_conf_ssl_certificate: '/etc/ssl/certs/{{ openssl_domains }}.crt',
    nginx_conf_ssl_certificate_key: '/etc/ssl/private/{{ openssl_domains }}.pem',
  });
  const signed = resources.find(({ kind }) => kind.name === 'self_signed_certificate');
  expect(signed?.name).toBe('/etc/ssl/certs/galaxy.example.org.crt');
  expect(signed?.props).toMatchObject({
    key: '/etc/ssl/private/galaxy.example.org.pem',
    subject: '/C=DE/CN=galaxy.example.org',
  });
  expect(checks.map(({ id }) => id)).toEqual(['nginx/listeners', 'nginx/443', 'nginx/certificate']);
});

test('a TLS site may name its certificate itself', () => {
  const site = 'server {\n  ssl_certificate /srv/tls/a.pem;\n  ssl_certificate_key /srv/tls/a.key;\n}\n';
  const { resources } = declareRole(
    nginx,
    { nginx_ssl_servers: ['own'] },
    { files: { 'templates/nginx/own.j2': site } },
  );
  expect(idsOf(resources).slice(-4)).toEqual([
    'existing_file[/srv/tls/a.pem]',
    'existing_file[/srv/tls/a.key]',
    'nginx_config[/etc/nginx/sites-available/own]',
    'reload[nginx.service]',
  ]);
});

test("nginx.conf's own settings of TLS become comments, once", () => {
  const distribution =
    'http {\n\tssl_protocols TLSv1 TLSv1.1;  # Dropping SSLv3\n\tssl_prefer_server_ciphers on;\n}\n';
  const wanted =
    'http {\n\t# ssl_protocols TLSv1 TLSv1.1;  # Dropping SSLv3 # set in conf.d/ssl.conf\n\t# ssl_prefer_server_ciphers on; # set in conf.d/ssl.conf\n}\n';
  expect(withoutTls(distribution)).toBe(wanted);
  expect(withoutTls(wanted)).toBe(wanted);
});

test.each<[string, Record<string, unknown>, string]>([
  ['TLS sites without a certificate', { nginx_ssl_servers: ['galaxy'] }, 'nginx/no-certificate'],
  ['an unknown role of the certificate', { ...training, nginx_ssl_role: 'acme.sh' }, 'nginx/ssl-role'],
])('%s are refused', (_title, variables, code) => {
  expect(() => declareRole(nginx, variables)).toThrow(expect.objectContaining({ code }));
});

test.each<[string, readonly string[], readonly string[]]>([
  ['none', [], []],
  ['one', ['templates/nginx/galaxy.j2'], ['nginx_ssl_servers: the project has no templates/nginx/galaxy.j2']],
])('a built-in site that takes the place of a missing template is told: %s', (_title, missing, expected) => {
  const { advice } = declareRole(nginx, training, { missing });
  const told = advice.filter(({ code }) => code === 'nginx/built-in-site');
  expect(told.map(({ variable, text }) => `${variable}: ${text.split(',')[0]}`)).toEqual(expected);
});

test('a built-in site says nothing where the project does not list it itself', () =>
  expect(declareRole(nginx, {}, { missing: ['templates/nginx/galaxy.j2'] }).advice).toEqual([]));
