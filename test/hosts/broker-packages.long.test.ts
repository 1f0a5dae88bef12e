import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh, steps } from '../../src/base/shell.ts';
import { labExec } from '../../src/lab/lab.ts';
import { checkConf } from '../../src/resources/rabbitmq/config-check.ts';
import { checkTlsPair } from '../../src/resources/rabbitmq/tls-pair.ts';
import { type WebRoles, webRoles } from '../support/web-roles.ts';

const DIR = '/srv/pairs';

/** A small authority with a good pair, and one pair for each way in which a pair can be bad. */
const pairs = sh`mkdir -p ${DIR}; cd ${DIR}
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
key ca.key; openssl req -x509 -new -key ca.key -subj /CN=ca -days 30 -out ca.pem
leaf() { key "$1.key"; openssl req -new -key "$1.key" -subj "/CN=$2" -addext "subjectAltName=DNS:$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy "$3" "$4" -out "$1.pem" 2>/dev/null; }
leaf good broker.lab.test -days 30; leaf other broker.lab.test -days 30
cat good.pem ca.pem >chain.pem; cat ca.pem good.pem >reversed.pem
echo garbage >garbage.key; cp good.key secret.key
chown root:rabbitmq ./*.key; chmod 0640 ./*.key; chmod 0600 secret.key`;

describe('the broker and its packages', () => {
  let web: WebRoles;
  const tried = (script: Script) => labExec(web.lab, 'galaxy', script);
  const dates = (from: string, until: string) => sh`cd ${DIR}
openssl x509 -req -in good.csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days 1 -out dated.pem 2>/dev/null
printf '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\n[p]\ncommonName=supplied\n' >ca.cnf
: >index; openssl rand -hex 8 >serial
openssl ca -batch -notext -config ca.cnf -in good.csr -cert ca.pem -keyfile ca.key -startdate ${from} -enddate ${until} -out dated.pem 2>/dev/null`;

  beforeAll(async () => {
    web = await webRoles('broker-packages', 'bookworm');
    await web.apply();
    await web.onHost(pairs);
  });
  afterAll(() => web.down());

  test('a good pair is taken, with its chain or without', async () => {
    for (const certfile of [`${DIR}/good.pem`, `${DIR}/chain.pem`]) {
      const pair = { certfile, keyfile: `${DIR}/good.key`, cacertfile: `${DIR}/ca.pem`, name: 'broker.lab.test' };
      expect(await tried(checkTlsPair(pair))).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test.each([
    ['is missing', 'good.pem', 'no.key', 'no.key is missing'],
    ['cannot be read by the broker', 'good.pem', 'secret.key', 'user rabbitmq cannot read'],
    ['is no key at all', 'good.pem', 'garbage.key', 'garbage.key holds no private key'],
    ['is of another certificate', 'good.pem', 'other.key', 'other.key is not the key of'],
    ['has its chain the wrong way round', 'reversed.pem', 'good.key', 'has its chain in the wrong order'],
  ])('a key that %s is refused', async (_title, certfile, keyfile, why) => {
    const result = await tried(checkTlsPair({ certfile: `${DIR}/${certfile}`, keyfile: `${DIR}/${keyfile}` }));
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
    expect(result.stderr).not.toContain('PRIVATE');
  });

  test.each([
    ['has expired', '200101000000Z', '200201000000Z', 'has expired'],
    ['is not valid yet', '400101000000Z', '410101000000Z', 'is not valid yet'],
  ])('a certificate that %s is refused', async (_title, from, until, why) => {
    const pair = { certfile: `${DIR}/dated.pem`, keyfile: `${DIR}/good.key` };
    const result = await tried(steps(dates(from, until), checkTlsPair(pair)));
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
  });

  test('a certificate for another name, or of another authority, is refused', async () => {
    const pair = { certfile: `${DIR}/good.pem`, keyfile: `${DIR}/good.key` };
    const name = await tried(checkTlsPair({ ...pair, name: 'elsewhere.lab.test' }));
    expect(name.stderr).toContain('is not for elsewhere.lab.test, but for DNS:broker.lab.test');
    const authority = await tried(checkTlsPair({ ...pair, cacertfile: `${DIR}/dated.pem` }));
    expect(authority.stderr).toContain('does not hold the issuer');
  });

  test.each([
    ['heartbeat = 30\nssl_options.certfile = /not/there/yet.pem', 0, ''],
    ['hartbeat = 30', 1, 'unknown variable: hartbeat'],
    ['ssl_options.verify = verify_pear', 1, 'acceptable values are: verify_peer, verify_none'],
    ['heartbeat 30', 1, 'Syntax error'],
  ])('rabbitmq.conf with %j ends with %i', async (text, code, why) => {
    const result = await tried(steps(sh`printf '%s\n' ${text} >/tmp/x.conf`, checkConf(sh`/tmp/x.conf`)));
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(why);
  });

  test('a pinned version of a repository is installed, and an upgrade of the host leaves it alone', async () => {
    await web.onHost(sh`mkdir -p /srv/apt; cd /srv/apt
apt-get download -q rabbitmq-server >/dev/null 2>&1
dpkg-deb -R rabbitmq-server_*.deb tree; rm rabbitmq-server_*.deb
for gd_more in lab1 lab2; do
sed "s/^Version: .*/&+$gd_more/; s/+lab1+lab2/+lab2/" -i tree/DEBIAN/control
dpkg-deb -b tree "rabbitmq-server_$gd_more.deb" >/dev/null
{ dpkg-deb -f "rabbitmq-server_$gd_more.deb"; printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "rabbitmq-server_$gd_more.deb" "$(stat -c %s "rabbitmq-server_$gd_more.deb")" "$(sha256sum "rabbitmq-server_$gd_more.deb" | cut -d' ' -f1)"; } >>Packages
done`);
    const installed = sh`dpkg-query -W -f '\${Version}' rabbitmq-server`;
    const old = await web.onHost(installed);
    const pinned = {
      rabbitmq_install_method: 'repository',
      rabbitmq_apt_repository: 'deb [trusted=yes] file:/srv/apt ./',
      rabbitmq_version: `${old}+lab1`,
    };
    expect(await web.apply(pinned)).toContain('service[rabbitmq-server.service]');
    await web.onHost(sh`apt-get -qy upgrade >/dev/null`);
    expect(await web.onHost(installed)).toBe(`${old}+lab1`);
    expect(await web.apply(pinned)).toEqual([]);
    await web.apply({ ...pinned, rabbitmq_version: `${old}+lab2` });
    expect(await web.onHost(installed)).toBe(`${old}+lab2`);
    expect((await web.run('verify', { ...pinned, rabbitmq_version: `${old}+lab2` })).code).toBe(0);
  });
});
