import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh, steps } from '../../src/base/shell.ts';
import { records } from '../support/cli.ts';
import { changesOf, type WebRoles, webRoles } from '../support/web-roles.ts';

const users = (...more: readonly object[]) => ({
  rabbitmq_users: [
    { user: 'admin', password: 'a-long-admin-password', tags: 'administrator', vhost: '/' },
    { user: 'galaxy_au', password: 'a-long-vhost-password', vhost: '/pulsar/galaxy_au' },
    ...more,
  ],
});

/** What is in force while nginx and the broker run on: their InvocationIDs. */
const invocations = sh`systemctl show -p InvocationID --value nginx.service rabbitmq-server.service`;

const listing = sh`find /etc/cvmfs /etc/letsencrypt/renewal-hooks /etc/nginx /etc/rabbitmq /etc/ssl/private /etc/ssl/user /srv /etc/apt/sources.list.d /usr/share/keyrings /etc/systemd/system -xdev -printf '%p %y %m %u:%g %l\n' |
sed 's/ $//' | grep -E '^/etc/(cvmfs|letsencrypt/renewal-hooks|nginx|rabbitmq|ssl/(private|user))|^/srv/|keyrings/cernvm|sources.list.d/cernvm|timers.target.wants/certbot|multi-user.target.wants/(autofs|nginx|rabbit)' |
grep -vE '/etc/nginx/(modules|snippets|fastcgi|koi|mime|proxy|scgi|uwsgi|win)' | LC_ALL=C sort`;

describe.each(['bookworm', 'trixie'] as const)("a Galaxy host's web side on %s", (os) => {
  let web: WebRoles;
  beforeAll(async () => {
    web = await webRoles(`web-roles-${os}`, os);
  });
  afterAll(() => web.down());

  const verified = async (variables = {}) => {
    const result = await web.run('verify', variables);
    expect(records(result).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
    expect(result.code, result.stderr).toBe(0);
  };

  test('comes up in one run, is proven, and then stays as it is', async () => {
    await web.apply();
    await verified();
    expect(await web.apply()).toEqual([]);
  });

  test.runIf(os === 'bookworm')("has the files of Ansible's roles, but for what the docs name", async () => {
    const recorded = readFileSync('test/fixtures/recorded/web-roles/files-after-ansible.txt', 'utf8');
    const [theirs, ours] = [recorded, await web.onHost(listing)].map((text) => new Set(text.trim().split('\n')));
    expect([...(theirs ?? [])].filter((line) => !ours?.has(line))).toEqual([
      '/etc/apt/sources.list.d/cernvm.list f 646 root:root',
      '/etc/letsencrypt/renewal-hooks/post/ansible.sh f 755 root:root',
      '/etc/nginx/nginx.conf.PID.DATE~ f 644 root:root',
      '/etc/nginx/ssl d 755 root:root',
      '/etc/nginx/ssl/dhparams.pem f 644 root:root',
      '/etc/rabbitmq/rabbitmq.config f 644 root:root',
      '/etc/systemd/system/timers.target.wants/certbot.timer l 777 root:root /lib/systemd/system/certbot.timer',
      '/usr/share/keyrings/cernvm.asc f 644 root:root',
      '/var/spool/cron/crontabs/root f 600 root:crontab',
    ]);
    expect([...(ours ?? [])].filter((line) => !theirs?.has(line))).toEqual([
      '/etc/apt/sources.list.d/cernvm.list f 644 root:root',
      '/etc/letsencrypt/renewal-hooks/deploy/gatdeploy f 755 root:root',
      '/etc/rabbitmq/erl_inetrc f 644 root:root',
      '/etc/rabbitmq/rabbitmq.conf f 640 root:rabbitmq',
      '/etc/systemd/system/timers.target.wants/certbot.timer l 777 root:root /etc/systemd/system/certbot.timer',
    ]);
  });

  test.each<[string, Record<string, unknown>, readonly string[], Script]>([
    [
      'a user with rights of its own is declared',
      users({
        user: 'eve',
        password: 'a-third-password',
        vhost: '/new',
        write_priv: '^x',
        limits: { 'max-channels': 9 },
      }),
      ['rabbitmq_user[eve]', 'rabbitmq_vhost[/new]'],
      sh`rabbitmqctl -q list_permissions -p /new | grep -P '^eve\t[.][*]\t\\^x\t[.][*]$'
rabbitmqctl -q list_user_limits --user eve | grep -F '"max-channels":9'`,
    ],
    [
      'that user is not wanted any more, nor its virtual host',
      { rabbitmq_users_absent: ['guest', 'eve'], rabbitmq_vhosts_absent: ['/new'] },
      ['rabbitmq_user[eve]', 'rabbitmq_vhost[/new]'],
      sh`! rabbitmqctl -q list_users | grep eve; ! rabbitmqctl -q list_vhosts | grep /new`,
    ],
    [
      'a policy and rights on topics are declared',
      {
        rabbitmq_policies: [
          {
            name: 'ttl',
            vhost: '/pulsar/galaxy_au',
            pattern: '^pulsar',
            apply_to: 'queues',
            definition: { 'message-ttl': 3_600_000 },
          },
        ],
        ...users({
          user: 'eve',
          password: 'a-third-password',
          vhost: '/pulsar/galaxy_au',
          topic_permissions: [{ exchange: 'amq.topic', write_priv: '^a', read_priv: '^b' }],
        }),
      },
      ['rabbitmq_policy[ttl in /pulsar/galaxy_au]', 'rabbitmq_user[eve]'],
      sh`rabbitmqctl -q list_policies -p /pulsar/galaxy_au | grep -F '{"message-ttl":3600000}'
rabbitmqctl -q list_topic_permissions -p /pulsar/galaxy_au | grep -P '^eve\tamq.topic\t\\^a\t\\^b$'`,
    ],
    [
      'neither is wanted any more',
      {
        rabbitmq_policies_absent: [{ name: 'ttl', vhost: '/pulsar/galaxy_au' }],
        rabbitmq_users_absent: ['guest', 'eve'],
      },
      ['rabbitmq_policy[ttl in /pulsar/galaxy_au]', 'rabbitmq_user[eve]'],
      sh`! rabbitmqctl -q list_policies -p /pulsar/galaxy_au | grep ttl; ! rabbitmqctl -q list_users | grep eve`,
    ],
    [
      'a virtual host is traced',
      { rabbitmq_vhosts: [{ name: '/pulsar/galaxy_au', tracing: true, limits: { 'max-queues': 50 } }] },
      ['rabbitmq_vhost[/pulsar/galaxy_au]'],
      sh`rabbitmqctl -q list_vhosts name tracing | grep -P '^/pulsar/galaxy_au\ttrue$'`,
    ],
    [
      'it is not traced any more',
      {},
      ['rabbitmq_vhost[/pulsar/galaxy_au]'],
      sh`rabbitmqctl -q list_vhosts name tracing | grep -P '^/pulsar/galaxy_au\tfalse$'`,
    ],
    [
      'another plugin is wanted',
      { rabbitmq_plugins: ['rabbitmq_management', 'rabbitmq_top'] },
      ['rabbitmq_plugins[/etc/rabbitmq/enabled_plugins]'],
      sh`rabbitmq-plugins list -q -E -m | grep -x rabbitmq_top`,
    ],
    [
      'only the usual ones are wanted',
      {},
      ['rabbitmq_plugins[/etc/rabbitmq/enabled_plugins]'],
      sh`test "$(rabbitmq-plugins list -q -E -m)" = rabbitmq_management`,
    ],
    [
      'nginx takes larger bodies',
      { nginx_conf_http: { client_max_body_size: '5g' } },
      ['nginx_config[/etc/nginx/conf.d/http_options.conf]', 'service[nginx.service]'],
      sh`nginx -T 2>/dev/null | grep -x 'client_max_body_size 5g;'`,
    ],
    [
      'the cache of CVMFS grows',
      { cvmfs_quota_limit: 900 },
      [
        'file[/etc/cvmfs/default.local]',
        'nginx_config[/etc/nginx/conf.d/http_options.conf]',
        'service[autofs.service]',
        'service[nginx.service]',
      ],
      sh`cvmfs_config showconfig data.galaxyproject.org | grep -F 'CVMFS_QUOTA_LIMIT=900'`,
    ],
    [
      'nginx no longer gets a key of its own, and cron renews',
      {
        cvmfs_quota_limit: 900,
        certbot_share_key_users: ['rabbitmq'],
        nginx_conf_ssl_certificate_key: '/etc/ssl/private/privkey.pem',
        certbot_auto_renew_cron_file: 'certbot-renewal',
      },
      [],
      sh`test ! -e /etc/ssl/user/privkey-www-data.pem; test -f /etc/cron.d/certbot-renewal; ! systemctl is-active -q certbot.timer`,
    ],
    [
      'everything is as it was',
      {},
      [],
      sh`test -f /etc/ssl/user/privkey-www-data.pem; systemctl is-active -q certbot.timer; test ! -e /etc/cron.d/certbot-renewal`,
    ],
  ])('when %s, exactly that changes', async (_title, variables, expected, holds) => {
    const before = await web.onHost(invocations);
    const changes = await web.apply(variables);
    if (expected.length > 0) expect([...changes].sort()).toEqual(expected);
    await web.onHost(holds);
    expect(await web.onHost(invocations)).toBe(before);
    expect(changesOf(await web.run('plan', variables))).toEqual([]);
  });

  test('a setting that the broker does not know never reaches its file', async () => {
    const before = await web.onHost(invocations);
    const result = await web.run('apply', { rabbitmq_config: { listener: { tcp: 5672 } } });
    expect(result.code).not.toBe(0);
    expect(result.stdout).toContain('unknown variable: listener.tcp');
    expect(await web.onHost(invocations)).toBe(before);
    expect(await web.apply()).toEqual([]);
  });

  test('a renewal is served at once, interrupts nothing and owes nothing', async () => {
    const serials = sh`for gd_port in 443 5671; do openssl s_client -connect "127.0.0.1:$gd_port" </dev/null 2>/dev/null | openssl x509 -noout -serial; done; openssl x509 -in /etc/ssl/certs/cert.pem -noout -serial`;
    const before = [await web.onHost(invocations), await web.onHost(serials)];
    await web.onHost(
      sh`REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt certbot -q renew --force-renewal --no-random-sleep-on-renew`,
    );
    const [nginx, broker, file] = (await web.onHost(serials)).trim().split('\n');
    expect([nginx, broker]).toEqual([file, file]);
    expect(before[1]).not.toContain(file);
    expect(await web.onHost(invocations)).toBe(before[0]);
    expect(changesOf(await web.run('plan'))).toEqual([]);
  });

  test('the crontab and the hook of Ansible go, so that certbot runs once', async () => {
    await web.onHost(sh`apt-get install -qy --no-install-recommends cron >/dev/null 2>&1
printf '%s\n' '5 5 * * * other' '#Ansible: Certbot automatic renewal.' '1 1 * * * certbot renew' | crontab -
printf '#!/bin/sh\n' >/etc/letsencrypt/renewal-hooks/post/ansible.sh`);
    expect([...(await web.apply())].sort()).toEqual([
      'cron[certbot: old entry of root]',
      'file[/etc/letsencrypt/renewal-hooks/post/ansible.sh]',
    ]);
    expect(await web.onHost(sh`crontab -l`)).toBe('5 5 * * * other\n');
  });

  test('a lost certificate comes back, also while another certbot is at work', async () => {
    await web.onHost(
      steps(
        sh`rm -rf /etc/letsencrypt/live /etc/letsencrypt/renewal /etc/letsencrypt/archive`,
        sh`systemd-run -q python3 -c 'import fcntl, time
f = open("/etc/letsencrypt/.certbot.lock", "w"); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(12)'`,
      ),
    );
    const result = await web.run('apply');
    expect(result.code, result.stdout.slice(-4000)).toBe(0);
    await verified();
  });

  test('an authority that does not answer is named, and what is there goes on', async () => {
    const result = await web.run('apply', { certbot_server: 'https://127.0.0.1:9/dir' });
    expect(result.code).not.toBe(0);
    expect(result.stdout).toContain('cannot be reached from this host');
    await web.apply();
    await verified();
  });

  test('the host may sign the certificate itself, and go back to the authority', async () => {
    await web.apply({ certificate_source: 'self-signed' });
    const issuer = sh`openssl s_client -connect 127.0.0.1:5671 </dev/null 2>/dev/null | openssl x509 -noout -issuer`;
    expect(await web.onHost(issuer)).toMatch(/CN ?= ?galaxy\.lab\.test/);
    await web.apply();
    expect(await web.onHost(issuer)).not.toMatch(/CN ?= ?galaxy\.lab\.test/);
    await verified();
  });
});
