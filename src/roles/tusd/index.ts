/** tusd: takes uploads that go on where a lost connection broke them off, and hands them to Galaxy. */
import { type Script, sh, steps } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { aptPackage, command, existingFile, file, type Resource, service } from '../../resources/index.ts';
import { withFetched } from '../fetched.ts';
import { defineRole } from '../role.ts';
import { listeningOf, quoteForUnit } from './args.ts';
import { tusdChecks } from './checks.ts';
import { type Instance, type TusdValues, vars } from './vars.ts';

export const tusd = defineRole({
  name: 'tusd',
  aliases: ['galaxyproject.tusd'],
  doc: 'Installs tusd and runs servers for resumable uploads.',
  vars,

  declare(v) {
    const installed = v.tusd_binary_archive_url === '' ? [] : declareProgram(v);
    const program = existingFile(v.tusd_path, { after: installed });
    const servers = v.tusd_systemd ? v.tusd_instances.flatMap((one) => declareServer(v, one, program)) : [];
    return [...installed, program, ...servers];
  },

  verify: (v, host) => (v.tusd_systemd ? tusdChecks(v, host) : []),

  advise: (v, host) =>
    v.tusd_version === 'latest' && v.tusd_binary_archive_url !== '' && v.tusd_instances.length > 0
      ? [
          {
            code: 'tusd/latest',
            variable: 'tusd_version',
            position: host.positionOf('tusd_instances'),
            text: 'the newest tusd is installed, whose hooks an older Galaxy may not understand',
            fix: 'set tusd_version, such as v1.13.0 for Galaxy before 24.0',
          },
        ]
      : [],
});

/** The program is right when it is the release that is wanted, whoever put it there, or when it came from this URL. */
function declareProgram(v: TusdValues): readonly Resource[] {
  const debs = ['ca-certificates', 'curl'].map((name) => aptPackage(name, {}));
  const path = v.tusd_path;
  const sum = v.tusd_binary_checksum;
  const source = `${v.tusd_binary_archive_url} ${sum?.digest ?? ''}`.trim();
  const note = '/var/lib/gatdeploy/fetched/tusd';
  const isRight =
    v.tusd_version === 'latest' ? sh`true` : sh`${path} -version | grep -qxF ${`Version: ${v.tusd_version}`}`;
  const isNoted = sh`test "$(cat ${note})" = ${source}`;
  const guard = sum === undefined ? sh`{ ${isNoted} || ${isRight}; }` : isNoted;
  const url = v.tusd_binary_archive_url;
  const program = command('tusd', {
    creates: path,
    unless: sh`test -x ${path} && ${guard}`,
    run: withFetched(
      { url, checksum: sum },
      steps(
        unpack(url),
        sh`install -D -o ${v.tusd_owner} -g ${v.tusd_group} -m ${v.tusd_mode} -- "$gd_program" ${`${path}.new`}`,
        sh`mv -f -- ${`${path}.new`} ${path}`,
        sh`mkdir -p -- /var/lib/gatdeploy/fetched`,
        sh`printf '%s\n' ${source} >${note}`,
      ),
    ),
    after: debs,
  });
  return [...debs, program];
}

function unpack(url: string): Script {
  if (!/\.(?:tar\.gz|tgz)$/.test(url)) return sh`gd_program="$gd_file"`;
  return sh`tar -xzf "$gd_file" -C "$gd_folder"
gd_program=$(find "$gd_folder" -type f -name tusd | head -n 1)
test -n "$gd_program" || { echo ${`there is no tusd in ${url}`} >&2; exit 1; }`;
}

function declareServer(v: TusdValues, one: Instance, program: Resource): readonly Resource[] {
  const unit = `tusd-${one.name}.service`;
  const { uploads } = listeningOf(one.args);
  const folder = uploads.startsWith('/')
    ? [
        command(`uploads of ${unit}`, {
          creates: uploads,
          run: sh`install -d -o ${one.user} -g ${one.group} -m 0755 -- ${uploads}`,
          users: [one.user],
          lane: 'quick',
        }),
      ]
    : [];
  const definition = file(`/etc/systemd/system/${unit}`, {
    content: template('tusd/tusd.service.hbs', {
      name: one.name,
      after: v.tusd_systemd_target,
      user: one.user,
      group: one.group,
      command: [v.tusd_path, ...one.args].map(quoteForUnit).join(' '),
    }),
    // A unit that Ansible wrote is the same but for its comments, and no upload has to be cut off.
    settings: true,
  });
  const server = service(unit, {
    loads: [definition, program],
    ready: listens(unit),
    after: folder,
  });
  return [...folder, definition, server];
}

/** A wrong argument ends tusd at once, and systemd starts it again and again. */
function listens(unit: string): Script {
  return sh`gd_try=0
until gd_pid=$(systemctl show -p MainPID --value -- ${unit}); test "$gd_pid" != 0 && ss -Hlnp 2>/dev/null | grep -q "pid=$gd_pid,"; do
gd_try=$((gd_try + 1)); sleep 0.25
if test "$gd_try" -ge 40; then journalctl -u ${unit} -n 20 -o cat --no-pager >&2; exit 1; fi
done`;
}
