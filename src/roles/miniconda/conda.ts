/** conda itself: fetched as an installer, run as its owner, right when its program is there. See conda(1). */
import { type Script, sh, steps } from '../../base/shell.ts';
import { aptPackage, command, type Resource } from '../../resources/index.ts';
import type { Check } from '../../verify/check.ts';
import { missingValue } from '../errors.ts';
import { type Checksum, withFetched } from '../fetched.ts';
import type { HostContext } from '../role.ts';

/** Where conda is and where it comes from. */
export type Conda = {
  readonly role: string;
  readonly prefix: string;
  readonly owner: string;
  readonly url: string;
  readonly checksum: Checksum | undefined;
  readonly packages: boolean;
};

type Wanted = {
  readonly miniconda_prefix: string;
  readonly miniconda_owner: string | undefined;
  readonly miniconda_installer_url: string | undefined;
  readonly miniconda_installer_checksum: Checksum | undefined;
  readonly miniconda_manage_dependencies: boolean;
};

/** Puts together what both roles know. @throws GatError var/required */
export function condaOf(
  v: Wanted,
  host: HostContext,
  of: { readonly role: string; readonly installer: string },
): Conda {
  const folder = v.miniconda_installer_url;
  if (folder === undefined)
    throw missingValue(host, {
      role: of.role,
      variable: 'miniconda_installer_url',
      near: 'miniconda_prefix',
      why: `gatdeploy names no host that the installer ${of.installer} could come from`,
      fix: `set miniconda_installer_url beside miniconda_prefix, to the folder of the installers or to a mirror of it, and miniconda_installer_checksum to the installer's checksum`,
    });
  return {
    role: of.role,
    prefix: v.miniconda_prefix,
    owner: ownerOf(v, host),
    url: folder.endsWith('.sh') ? folder : `${folder.replace(/\/$/, '')}/${of.installer}`,
    checksum: v.miniconda_installer_checksum,
    packages: v.miniconda_manage_dependencies,
  };
}

/** Whom conda belongs to. */
export function ownerOf(v: Pick<Wanted, 'miniconda_owner'>, host: HostContext): string {
  return v.miniconda_owner ?? host.becomeUser ?? 'root';
}

/** A folder without the program, as an installation that was broken off leaves it, is installed into again. */
export function declareConda(conda: Conda): readonly Resource[] {
  const names = ['ca-certificates', ...(conda.packages ? ['tar', 'bzip2', 'curl'] : ['curl'])];
  const debs = names.map((name) => aptPackage(name, {}));
  const { prefix, owner, url, checksum } = conda;
  const installed = command(`conda in ${prefix}`, {
    creates: programOf(prefix),
    unless: sh`test -x ${programOf(prefix)}`,
    users: [owner],
    run: withFetched(
      { url, checksum, owner },
      steps(
        sh`gd_more=
if test -e ${prefix}; then gd_more=-u; fi`,
        sh`if ! ${asOwner(owner, sh`bash "$gd_file" -b $gd_more -p ${prefix} >"$gd_folder/log" 2>&1`)}; then tail -n 20 "$gd_folder/log" >&2; exit 1; fi`,
        sh`test -x ${programOf(prefix)} || { echo ${`the installer of ${url} left no ${programOf(prefix)}`} >&2; exit 1; }`,
      ),
    ),
    after: debs,
  });
  return [...debs, installed];
}

/** The path of conda's program. */
export function programOf(prefix: string): string {
  return `${prefix}/bin/conda`;
}

/** Runs as the owner with his own home, where conda keeps notes. */
export function asOwner(owner: string, what: Script): Script {
  if (owner === 'root') return what;
  return sh`runuser -u ${owner} -- env HOME="$(getent passwd ${owner} | cut -d: -f6)" ${what}`;
}

/** Whether its owner can run it. */
export function condaCheck(prefix: string, owner: string, host: HostContext): Check {
  return {
    id: `conda/${prefix}`,
    host: host.name,
    title: `${owner} can run conda in ${prefix}`,
    asks: `runuser -u ${owner} -- ${programOf(prefix)} -V`,
    script: sh`timeout 60 ${owner === 'root' ? sh`` : sh`runuser -u ${owner} --`} ${programOf(prefix)} -V`,
    judge({ code, stdout, stderr }) {
      const got = (stdout || stderr).trim().split('\n').at(-1) || `exit ${code}`;
      return code === 0
        ? { ok: true, got }
        : { ok: false, got, fix: 'apply again; it installs conda if its program is missing' };
    },
  };
}
