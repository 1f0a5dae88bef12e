import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh, steps } from '../../src/base/shell.ts';
import { labExec } from '../../src/lab/lab.ts';
import { records } from '../support/cli.ts';
import { changesOf, type WebRoles, webRoles } from '../support/web-roles.ts';

const NAME = 'galaxy.lab.test';
const DIR = '/root/pairs';

/** A small authority of nobody's, with pairs that are good, of another name, and out of their time. */
const PAIRS = sh`mkdir -p ${DIR}; cd ${DIR}
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
key ca.key; openssl req -x509 -new -key ca.key -subj /CN=ca -days 30 -out ca.pem
printf '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\n[p]\ncommonName=supplied\n' >ca.cnf
leaf() { key "$1.key"; openssl req -new -key "$1.key" -subj "/CN=$2" -addext "subjectAltName=DNS:$2" -out "$1.csr"
: >index; openssl rand -hex 8 >serial
openssl ca -batch -notext -config ca.cnf -in "$1.csr" -cert ca.pem -keyfile ca.key -startdate "$3" -enddate "$4" -out "$1.pem" 2>/dev/null; }
leaf good ${NAME} 240101000000Z 400101000000Z; leaf named elsewhere.lab.test 240101000000Z 400101000000Z
leaf late ${NAME} 200101000000Z 210101000000Z; leaf early ${NAME} 390101000000Z 400101000000Z
cat good.pem ca.pem >chain.pem; cat ca.pem good.pem >reversed.pem; echo garbage >garbage`;

const invocations = sh`systemctl show -p InvocationID --value nginx.service rabbitmq-server.service`;
const serials = sh`for gd_port in 443 5671; do openssl s_client -connect "127.0.0.1:$gd_port" </dev/null 2>/dev/null | openssl x509 -noout -serial; done; openssl x509 -in /etc/ssl/certs/cert.pem -noout -serial`;

/** Another pebble beside the lab's own, which knows its customers. */
const EAB_KEY = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
const CUSTOMERS = steps(
  sh`sed 's/:14000"/:14001"/; s/:15000"/:15001"/; s/"externalAccountBindingRequired": false/"externalAccountBindingRequired": true, "externalAccountMACKeys": {"kid-1": "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"}/' /etc/pebble/pebble.json >/etc/pebble/customers.json
systemd-run -q --unit=customers -E PEBBLE_VA_NOSLEEP=1 -E PEBBLE_WFE_NONCEREJECT=0 pebble -config /etc/pebble/customers.json`,
  answering(14001),
);

/** An authority that has had enough of its customer. */
const WEARY = steps(
  sh`mkdir -p /run/weary; cd /run/weary
printf 'HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/problem+json\r\nRetry-After: 3600\r\n\r\n{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many certificates (5) already issued for this exact set of domains","status":429}' >dir
systemd-run -q --unit=weary --working-directory=/run/weary openssl s_server -accept 14002 -cert /etc/pebble/server.pem -key /etc/pebble/server.key -HTTP`,
  answering(14002),
);

function answering(port: number): Script {
  return sh`for gd_try in $(seq 1 50); do
openssl s_client -connect ${`127.0.0.1:${port}`} </dev/null >/dev/null 2>&1 && exit 0; sleep 0.2
done
exit 1`;
}

describe('a certificate and its key', () => {
  let web: WebRoles;
  const onAcme = async (script: Script) => {
    const result = await labExec(web.lab, 'acme', script);
    expect(result.code, result.stdout + result.stderr).toBe(0);
  };
  beforeAll(async () => {
    web = await webRoles('certificates', 'bookworm');
    await web.apply();
    await web.onHost(PAIRS);
    for (const file of [
      'good.key',
      'named.key',
      'late.key',
      'early.key',
      'chain.pem',
      'reversed.pem',
      'named.pem',
      'late.pem',
      'early.pem',
      'garbage',
    ])
      writeFileSync(join(web.folder, file), await web.onHost(sh`cat ${`${DIR}/${file}`}`));
  });
  afterAll(() => web.down());

  const KEY = '/etc/ssl/user/privkey-rabbitmq.pem';
  const CHAIN = '/etc/ssl/certs/fullchain.pem';
  const LIVE = `/etc/letsencrypt/live/${NAME}`;
  test.each<[string, Script, readonly string[]]>([
    ['that the broker cannot read', sh`chmod 0600 ${KEY}; chown root:root ${KEY}`, [`certificate_copy[${KEY}]`]],
    ['that is another one', sh`cat ${`${DIR}/good.key`} >${KEY}`, [`certificate_copy[${KEY}]`]],
    ['that is garbage', sh`echo garbage >${KEY}`, [`certificate_copy[${KEY}]`]],
    [
      'whose chain is the wrong way round',
      sh`tac ${CHAIN} >/root/x; cat ${`${DIR}/reversed.pem`} >${CHAIN}`,
      [`certificate_copy[${CHAIN}]`],
    ],
    [
      'whose certificate has expired',
      sh`cat ${`${DIR}/late.pem`} >/etc/ssl/certs/cert.pem`,
      ['certificate_copy[/etc/ssl/certs/cert.pem]'],
    ],
    [
      'that is garbage where certbot keeps it, too',
      sh`echo garbage >"$(readlink -f ${`${LIVE}/privkey.pem`})"`,
      [
        `certificate[${NAME}]`,
        'certificate_copy[/etc/ssl/certs/cert.pem]',
        'certificate_copy[/etc/ssl/certs/fullchain.pem]',
        'certificate_copy[/etc/ssl/private/privkey.pem]',
        'certificate_copy[/etc/ssl/user/privkey-rabbitmq.pem]',
        'certificate_copy[/etc/ssl/user/privkey-www-data.pem]',
        'reload[rabbitmq certificates]',
        'service[nginx.service]',
      ],
    ],
  ])('%s is mended, and nothing is interrupted', async (_title, damage, expected) => {
    const before = await web.onHost(invocations);
    await web.onHost(damage);
    const changes = changesOf(await web.run('plan'));
    expect([...changes].sort()).toEqual(expect.arrayContaining([expected[0]]));
    await web.apply();
    expect(await web.onHost(invocations)).toBe(before);
    const result = await web.run('verify');
    expect(records(result).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
    expect(changesOf(await web.run('plan'))).toEqual([]);
  });

  const ofProject = (pem: string, key: string) => ({
    certificate_source: 'files',
    certificate_file: pem,
    certificate_key_file: key,
  });
  test.each([
    ['a key of another certificate', 'chain.pem', 'named.key', 'is the key of another certificate'],
    ['a key that is garbage', 'chain.pem', 'garbage', 'holds no private key'],
    ['a certificate that is garbage', 'garbage', 'good.key', 'it holds none'],
    ['a chain the wrong way round', 'reversed.pem', 'good.key', 'has its chain in the wrong order'],
    ['a certificate for another name', 'named.pem', 'named.key', `is not for ${NAME}, but for elsewhere.lab.test`],
    [
      'a certificate that has expired',
      'late.pem',
      'late.key',
      'the certificate has expired: Jan  1 00:00:00 2021 GMT',
    ],
    [
      'a certificate of the future',
      'early.pem',
      'early.key',
      'the certificate is not valid yet: Jan  1 00:00:00 2039 GMT',
    ],
  ])('of the project: %s never reaches the services', async (_title, pem, key, why) => {
    const before = [await web.onHost(invocations), await web.onHost(serials)];
    const result = await web.run('apply', ofProject(pem, key));
    expect(result.code).not.toBe(0);
    expect(result.stdout + result.stderr).toContain(why);
    expect(result.stdout + result.stderr).not.toContain('PRIVATE KEY');
    await web.onHost(sh`nginx -q -t; systemctl is-active -q nginx rabbitmq-server`);
    expect([await web.onHost(invocations), await web.onHost(serials)]).toEqual(before);
  });

  test('of the project: a good pair is served by both, without an interruption', async () => {
    const before = await web.onHost(invocations);
    await web.apply(ofProject('chain.pem', 'good.key'));
    const [nginx, broker, file] = (await web.onHost(serials)).trim().split('\n');
    expect([nginx, broker]).toEqual([file, file]);
    expect(await web.onHost(invocations)).toBe(before);
    expect(await web.apply(ofProject('chain.pem', 'good.key'))).toEqual([]);
    await web.apply();
    expect(await web.onHost(invocations)).toBe(before);
  });

  test('of an authority that knows its customers come with its credentials only', async () => {
    await onAcme(CUSTOMERS);
    const variables = { certbot_server: 'https://acme.lab.test:14001/dir' };
    const stranger = await web.run('apply', variables);
    expect(stranger.code).not.toBe(0);
    expect(stranger.stdout).toContain('set certbot_eab_kid and certbot_eab_hmac_key');
    const wrong = await web.run('apply', {
      ...variables,
      certbot_eab_kid: 'kid-1',
      certbot_eab_hmac_key: 'd3Jvbmc',
    });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stdout).toContain('does not accept certbot_eab_kid');
    const customer = { ...variables, certbot_eab_kid: 'kid-1', certbot_eab_hmac_key: EAB_KEY };
    expect(await web.apply(customer)).toContain(`certificate[${NAME}]`);
    expect(await web.apply(customer)).toEqual([]);
    expect(
      await web.onHost(sh`grep -rl ${EAB_KEY} /etc /run /tmp /var/lib/gatdeploy /var/log 2>/dev/null || true`),
    ).toBe('');
    await web.onHost(
      sh`REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt certbot -q renew --force-renewal --no-random-sleep-on-renew`,
    );
    await web.apply();
  });

  test('of an authority that gives no more for now stay as they are', async () => {
    await onAcme(WEARY);
    const before = [await web.onHost(invocations), await web.onHost(serials)];
    const result = await web.run('apply', { certbot_server: 'https://acme.lab.test:14002/dir' });
    expect(result.code).not.toBe(0);
    expect(result.stdout).toContain('its rate limit');
    expect([await web.onHost(invocations), await web.onHost(serials)]).toEqual(before);
    expect(await web.apply()).toEqual([]);
  });

  test('that are renewed while apply is at work are the ones that are served in the end', async () => {
    const before = await web.onHost(invocations);
    const renewals = web.onHost(sh`for gd_turn in 1 2 3; do
REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt certbot -q renew --force-renewal --no-random-sleep-on-renew
done`);
    for (const size of ['2g', '3g', '4g']) await web.apply({ nginx_conf_http: { client_max_body_size: size } });
    await renewals;
    await web.apply();
    const [nginx, broker, file] = (await web.onHost(serials)).trim().split('\n');
    expect([nginx, broker]).toEqual([file, file]);
    expect(await web.onHost(invocations)).toBe(before);
    expect(changesOf(await web.run('plan'))).toEqual([]);
  });
});
