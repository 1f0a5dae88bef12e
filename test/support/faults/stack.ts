/** A small stack of many kinds for fault tests: one run of it takes a second or two. */
import { Secret } from '../../../src/base/secret.ts';
import { type Script, sh } from '../../../src/base/shell.ts';
import { edit } from '../../../src/resources/edit.ts';
import {
  command,
  directory,
  file,
  group,
  link,
  type Resource,
  service,
  user,
} from '../../../src/resources/index.ts';

export const ROOT = '/srv/faults';
export const UNIT = 'gd-faults.service';
export const CANARY = 'canary-7f3a-wzqk-secret';

/** The stack; another version means another configuration, so that the service owes a restart. */
export function smallStack(version = 'one'): readonly Resource[] {
  const accounts = [group('gdfaults', { system: true }), user('gdfaults', { system: true, group: 'gdfaults' })];
  const owner = { owner: 'gdfaults', group: 'gdfaults' };
  const conf = file(`${ROOT}/conf/app.conf`, {
    content: new Secret(`version ${version}\npassword ${CANARY}\n`),
    mode: '0640',
    ...owner,
  });
  const unit = file(`/etc/systemd/system/${UNIT}`, { content: UNIT_TEXT });
  const prepared = command('prepare', {
    run: sh`sleep 0.2; echo preparing; cp ${`${ROOT}/plain.txt`} ${`${ROOT}/prepared`}; sleep 0.2`,
    creates: `${ROOT}/prepared`,
    after: [file(`${ROOT}/plain.txt`, { content: 'x' })],
  });
  const running = service(UNIT, { loads: [unit, conf], after: [prepared] });
  return [
    ...accounts,
    directory(ROOT, { mode: '0755' }),
    directory(`${ROOT}/conf`, { mode: '0750', ...owner }),
    conf,
    file(`${ROOT}/plain.txt`, { content: 'plain\n', mode: '0644' }),
    file(`${ROOT}/it's "odd" $name; äöü`, { content: `version ${version}\n`, mode: '0600' }),
    link(`${ROOT}/current`, { target: `${ROOT}/conf` }),
    edit(`${ROOT}/plain.txt's line`, {
      path: '/etc/hosts',
      edit: (text) => (text.includes('192.0.2.77') ? text : `${text}192.0.2.77 gd-faults\n`),
      looseFor: 'root',
    }),
    unit,
    prepared,
    running,
    command('after', {
      run: sh`systemctl is-active ${UNIT} >${`${ROOT}/after`}`,
      creates: `${ROOT}/after`,
      after: [running],
    }),
  ];
}

const UNIT_TEXT = `[Unit]
Description=A service for fault tests
[Service]
ExecStart=/bin/sh -c 'cp ${ROOT}/conf/app.conf /run/gd-faults.loaded; exec sleep infinity'
[Install]
WantedBy=multi-user.target
`;

/** Takes everything away, gatdeploy's own notes too. */
export const cleanUp: Script = sh`systemctl disable -q --now ${UNIT} 2>/dev/null
rm -rf ${ROOT} ${`/etc/systemd/system/${UNIT}`} /run/gd-faults.loaded /var/lib/gatdeploy
sed -i /gd-faults/d /etc/hosts
systemctl daemon-reload
if id gdfaults >/dev/null 2>&1; then userdel gdfaults; fi
if getent group gdfaults >/dev/null; then groupdel gdfaults; fi
true`;

/** Prints the end state: what every file is, what the service runs with, and whether anything was left lying about. */
export const printState: Script = sh`cd ${ROOT} || exit 1
find . -printf '%P %y %m %u %g %l\n' | LC_ALL=C sort
find . -type f -exec sha256sum {} + | LC_ALL=C sort
cat ${`/etc/systemd/system/${UNIT}`} /run/gd-faults.loaded; grep gd-faults /etc/hosts
stat -c '%a %U %G' ${`/etc/systemd/system/${UNIT}`} /etc/hosts
systemctl is-active ${UNIT}; systemctl is-enabled ${UNIT}
note=${`/var/lib/gatdeploy/loaded/${UNIT}.loaded`}
test "$(head -n 1 $note)" = "$(systemctl show -p InvocationID --value ${UNIT})" && tail -n +2 $note | grep file: | cut -d' ' -f1,3
echo leftovers:
find / -xdev -name '.gatdeploy.*' 2>/dev/null
ls /var/lib/gatdeploy | grep -e '^runs' -e '^lock'
find / -xdev -type f -newer /etc/machine-id ! -path '/proc/*' ! -path '/sys/*' ! -path '/run/*' -size -2000k -exec grep -lF ${CANARY} {} + 2>/dev/null
ps_left=$(grep -l '[g]atdeploy' /proc/[0-9]*/cmdline 2>/dev/null | wc -l); echo "processes $ps_left"`;
