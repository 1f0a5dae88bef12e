/** apptainer, or singularity as it was called: the container runtime that tools run in. */
import { sh } from '../../base/shell.ts';
import { aptPackage, aptRepository, command, type Resource } from '../../resources/index.ts';
import { checksum, withFetched } from '../fetched.ts';
import { defineRole, type HostContext, type RoleValues } from '../role.ts';
import { listOf, text, word } from '../types.ts';

/** What the package is called where the distribution has one. */
const PACKAGES: Readonly<Record<string, string>> = { sid: 'apptainer', buster: 'singularity-container' };

const vars = {
  apptainer_package: {
    type: word.optional(),
    doc: "The package, where a source of yours has it: `apptainer` or `singularity-container`; default the distribution's, if there is one. Not known to Ansible.",
  },
  apptainer_apt_lines: {
    type: listOf(word),
    default: [],
    doc: 'Lines of sources.list for a source that has the package. Not known to Ansible, whose role has its sources built in.',
  },
  apptainer_apt_key: {
    type: text.optional(),
    doc: 'The armoured public key that signs that source. Not known to Ansible.',
  },
  apptainer_deb_url: {
    type: word.optional(),
    doc: 'A `.deb` of a release that is fetched and installed instead of a package of a source. Not known to Ansible.',
  },
  apptainer_deb_checksum: {
    type: checksum,
    default: '',
    doc: 'That file must have this checksum, `sha256:…`. Not known to Ansible.',
  },
  apptainer_version: { type: word.optional(), doc: 'Version of the package, exactly as the source calls it.' },
} as const;

type Values = RoleValues<typeof vars>;

export const apptainer = defineRole({
  name: 'apptainer',
  aliases: ['usegalaxy_eu.apptainer', 'cyverse-ansible.singularity', 'singularity'],
  doc: 'Installs apptainer, the container runtime that tools run in.',
  vars,

  declare(v, host) {
    if (v.apptainer_deb_url !== undefined) return declareDeb(v, v.apptainer_deb_url);
    const name = packageOf(v, host);
    if (name === undefined) return [];
    const source = v.apptainer_apt_lines.length > 0 ? [declareSource(v)] : [];
    const version = v.apptainer_version === undefined ? {} : { version: v.apptainer_version };
    return [...source, aptPackage(name, { ...version, after: source })];
  },

  verify: (v, host) => (isWanted(v, host) ? [answers(host)] : []),

  advise: (v, host) =>
    isWanted(v, host)
      ? []
      : [
          {
            code: 'apptainer/no-package',
            variable: 'apptainer_package',
            position: undefined,
            text: `${host.name} gets no apptainer: ${host.facts.codename} has no package of it, and gatdeploy names no host that it could come from`,
            fix: 'set apptainer_deb_url and apptainer_deb_checksum to the .deb of a release, or apptainer_apt_lines, apptainer_apt_key and apptainer_package',
          },
        ],
});

function packageOf(v: Values, host: HostContext): string | undefined {
  return v.apptainer_package ?? (v.apptainer_apt_lines.length > 0 ? 'apptainer' : PACKAGES[host.facts.codename]);
}

function isWanted(v: Values, host: HostContext): boolean {
  return v.apptainer_deb_url !== undefined || packageOf(v, host) !== undefined;
}

function declareSource(v: Values): Resource {
  const key = v.apptainer_apt_key === undefined ? {} : { key: v.apptainer_apt_key };
  return aptRepository('apptainer', { lines: v.apptainer_apt_lines, ...key });
}

/** The note says which file was installed, so that another URL brings another release. */
function declareDeb(v: Values, url: string): readonly Resource[] {
  const debs = ['ca-certificates', 'curl'].map((name) => aptPackage(name, {}));
  const note = '/var/lib/gatdeploy/fetched/apptainer';
  const sum = v.apptainer_deb_checksum;
  const source = `${url} ${sum?.digest ?? ''}`.trim();
  const installed = command('apptainer', {
    unless: sh`command -v apptainer && test "$(cat ${note})" = ${source}`,
    lane: 'apt',
    run: withFetched(
      { url, checksum: sum },
      sh`mv -- "$gd_file" "$gd_folder/apptainer.deb"
chmod 755 "$gd_folder"
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$gd_folder/apptainer.deb"
mkdir -p -- /var/lib/gatdeploy/fetched
printf '%s\n' ${source} >${note}`,
    ),
    after: debs,
  });
  return [...debs, installed];
}

function answers(host: HostContext) {
  return {
    id: 'apptainer/runs',
    host: host.name,
    title: 'apptainer can be run',
    asks: 'apptainer --version',
    script: sh`if command -v apptainer >/dev/null; then timeout 20 apptainer --version; else timeout 20 singularity --version; fi`,
    judge({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }) {
      const got = (stdout || stderr).trim().split('\n').at(-1) || `exit ${code}`;
      return code === 0 ? { ok: true, got } : { ok: false, got, fix: 'apply again; it installs the package' };
    },
  };
}
