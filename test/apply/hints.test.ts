import { expect, test } from 'vitest';
import { hintFor } from '../../src/apply/hints.ts';

test.each([
  ['a package that no source has', 'E: Unable to locate package cvmfs', 'no package source of the host has cvmfs'],
  [
    'a package that is only mentioned',
    "E: Package 'erlang-x' has no installation candidate",
    'no package source of the host has erlang-x',
  ],
  [
    'an expired key',
    'W: GPG error: http://m x InRelease: The following signatures were invalid: EXPKEYSIG 6B73A36E6026DFCA Some One',
    'the key 6B73A36E6026DFCA of a package source',
  ],
  [
    'a full disk, whatever else it caused',
    'tar: x: No space left on device\nE: Unable to locate package y',
    'make room',
  ],
  [
    'a policy that the broker refuses',
    'the broker says: Validation failed\n\n-5 is not a valid maximum length\n (/v/p1)',
    'correct that policy in rabbitmq_policies',
  ],
  ['a quota that is used up', "dd: error writing 'x': Disk quota exceeded", 'a quota is used up'],
  [
    'a held lock',
    'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt-get)',
    'somebody else installs packages',
  ],
  [
    'a version that no index has',
    'ERROR: No matching distribution found for pulsar-app==99',
    'no package index has pulsar-app==99',
  ],
  [
    'a list of sources that apt refuses',
    "E: Type 'dbe' is not known on line 1 in source list /etc/apt/sources.list.d/x.list",
    "apt can't read entry 1 of /etc/apt/sources.list.d/x.list",
  ],
  [
    'a list with a part missing',
    'E: Malformed entry 3 in list file /etc/apt/sources.list (Component)',
    "apt can't read entry 3 of /etc/apt/sources.list ",
  ],
  [
    'a unit that is not there',
    'Failed to enable unit: Unit file cron.service does not exist.',
    'the host has no unit cron.service',
  ],
  [
    'a unit that is not there, when it is to start',
    'Failed to start x.service: Unit x.service not found.',
    'the host has no unit x.service',
  ],
  ['a group that is gone', "chown: invalid group: 'root:rabbitmq'", 'the host has no group rabbitmq: '],
  ['a user that is gone', 'chown: invalid user: ‘nginx:adm’', 'the host has no user nginx: '],
  [
    'a masked unit',
    'Failed to start nginx.service: Unit nginx.service is masked.',
    'systemctl unmask nginx.service',
  ],
  [
    'an unknown authority',
    'curl: (60) SSL certificate problem: unable to get local issuer certificate',
    'update-ca-certificates',
  ],
  [
    'a name in a site of nginx',
    'nginx: [emerg] host not found in upstream "training.example.org" in /etc/nginx/sites-enabled/galaxy:85',
    'getent hosts training.example.org',
  ],
  ['names that do not resolve', 'Temporary failure resolving mirror.example', 'resolv.conf'],
])('says what to do about %s', (_title, output, hint) => expect(hintFor(output)).toContain(hint));

test('says nothing where the output tells nothing', () => expect(hintFor('exit 1')).toBeUndefined());
