/** conda itself: fetched as an installer, run as its owner, right when its program is there. See conda(1). */
import { type Script, sh, steps } from '../../base/shell.ts';
import { aptPackage, command, type Resource } from '../../resources/index.ts';
import type { Check } from '../../verify/check.ts';
import type { Advice } from '../advice.ts';
import { type Checksum, withFetched } from '../fetched.ts';
import type { HostContext } from '../role.ts';

/** Where conda is and where it comes from. */
export type Conda = {
  readonly prefix: string;
  readonly owner: string;
  /** Where the installer is fetched from; undefined where the variables name no place, so that conda has to be there already. */
  readonly url: string | undefined;
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

/** Puts together what both roles know; `installer` is the name of its file. */
export function condaOf(v: Wanted, host: HostContext, installer: string): Conda {
  const folder = v.miniconda_installer_url;
  return {
    prefix: v.miniconda_prefix,
    owner: ownerOf(v, host),
    url: folder === undefined || folder.endsWith('.sh') ? folder : `${folder.replace(/\/$/, '')}/${installer}`,
    checksum: v.miniconda_installer_checksum,
    packages: v.miniconda_manage_dependencies,
  };
}

const FIX =
  "set miniconda_installer_url to the folder of the installers or to a mirror of it, and miniconda_installer_checksum to the installer's checksum";

/** Ansible's roles bring the installer's address along; gatdeploy names no host that packages could come from. */
export function adviseOnSource(
  v: Pick<Wanted, 'miniconda_installer_url' | 'miniconda_prefix'>,
  host: HostContext,
): readonly Advice[] {
  if (v.miniconda_installer_url !== undefined) return [];
  return [
    {
      code: 'miniconda/installer',
      variable: 'miniconda_installer_url',
      position: host.positionOf('miniconda_prefix'),
      text: `nothing says where ${host.name} gets conda from, unless it is in ${v.miniconda_prefix} already`,
      fix: FIX,
    },
  ];
}

/** Whom conda belongs to. */
export function ownerOf(v: Pick<Wanted, 'miniconda_owner'>, host: HostContext): string {
  return v.miniconda_owner ?? host.becomeUser ?? 'root';
}

/** A folder without the program, as an installation that was broken off leaves it, is installed into again. */
export function declareConda(conda: Conda): readonly Resource[] {
  const names = ['ca-certificates', ...(conda.packages ? ['tar', 'bzip2', 'curl'] : ['curl'])];
  const debs = names.map((name) => aptPackage(name, {}));
  const { prefix, owner } = conda;
  const installed = command(`conda in ${prefix}`, {
    creates: programOf(prefix),
    unless: sh`test -x ${programOf(prefix)}`,
    users: [owner],
    run: install(conda),
    after: debs,
  });
  return [...debs, installed];
}

function install({ prefix, owner, url, checksum }: Conda): Script {
  if (url === undefined)
    return sh`echo ${`there is no conda in ${prefix}, and nothing says where it comes from: ${FIX}`} >&2; exit 1`;
  return withFetched(
    { url, checksum, owner },
    steps(
      sh`gd_more=
if test -e ${prefix}; then gd_more=-u; fi`,
      sh`if ! ${asOwner(owner, sh`bash "$gd_file" -b $gd_more -p ${prefix} >"$gd_folder/log" 2>&1`)}; then tail -n 20 "$gd_folder/log" >&2; exit 1; fi`,
      sh`test -x ${programOf(prefix)} || { echo ${`the installer of ${url} left no ${programOf(prefix)}`} >&2; exit 1; }`,
    ),
  );
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
