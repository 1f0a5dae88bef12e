/** Galaxy's code: its package in a virtual environment, or a checkout with its pinned requirements. */
import { Secret } from '../../base/secret.ts';
import { sh, steps } from '../../base/shell.ts';
import { aptPackage, command, gitCheckout, pipSet, type Resource, venv } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import { appSection } from './config.ts';
import { noRepository } from './errors.ts';
import type { Layout } from './layout.ts';
import type { GalaxyValues } from './vars.ts';

/** What is installed: all of it, and what Galaxy's processes load of it. */
export type Installed = { readonly resources: readonly Resource[]; readonly loads: readonly Resource[] };

/** Declares Galaxy's code. `before` is the directory that it goes to. @throws GatError var/required */
export function declareInstall(
  v: GalaxyValues,
  host: HostContext,
  { layout, before }: { readonly layout: Layout; readonly before: readonly Resource[] },
): Installed {
  if (v.galaxy_install_method === 'existing') return { resources: [], loads: [] };
  const debs = [...v.galaxy_python_packages, 'ca-certificates', 'curl'].map((name) => aptPackage(name, {}));
  const environment = venv(layout.venv, {
    python: v.galaxy_virtualenv_python,
    owner: layout.keeper,
    after: [...debs, ...before],
  });
  const more = [...driversOf(v, layout), ...v.galaxy_additional_venv_packages];
  const parts = v.galaxy_install_method === 'git' ? fromGit : fromPackage;
  const { resources, loads } = parts(v, { host, layout, environment, more, before });
  return { resources: [...debs, environment, ...resources], loads };
}

type Parts = {
  readonly host: HostContext;
  readonly layout: Layout;
  readonly environment: Resource;
  readonly more: readonly string[];
  readonly before: readonly Resource[];
};

/** The driver of the database that galaxy.yml names. */
function driversOf(v: GalaxyValues, layout: Layout): readonly string[] {
  const url = appSection(v, layout).get('database_connection');
  const text = url instanceof Secret ? url.reveal() : String(url ?? '');
  return text.startsWith('postgres') ? ['psycopg2-binary'] : [];
}

function fromPackage(v: GalaxyValues, { layout, environment, more }: Parts): Installed {
  const version = v.galaxy_package_version;
  const set = pipSet(layout.venv, {
    packages: [version === undefined ? v.galaxy_package_name : `${v.galaxy_package_name}==${version}`, ...more],
    installer: v.galaxy_pip_installer,
    owner: layout.keeper,
    after: [environment],
  });
  return { resources: [set, placed(layout, set)], loads: [set] };
}

/**
 * The package keeps tools, samples and the web client deep inside the virtual environment; here they get the places
 * that they have in a checkout, which configuration and templates know.
 */
function placed({ server, venv: folder }: Layout, set: Resource): Resource {
  return command(`places of ${server}`, {
    unless: sh`test -e ${`${server}/tools/data_source/upload.xml`} -a -e ${`${server}/config/tool_conf.xml.sample`} -a -e ${`${server}/static/dist`}`,
    run: steps(
      sh`mkdir -p -- ${server}`,
      sh`for gd_site in ${folder}/lib/python3.*/site-packages; do test -d "$gd_site/galaxy/config/sample" && break; done`,
      sh`ln -sfnT "$gd_site/galaxy/tools/bundled" ${`${server}/tools`}`,
      sh`ln -sfnT "$gd_site/galaxy/config/sample" ${`${server}/config`}`,
      sh`${`${folder}/bin/galaxy-web-client-install`} --mode absolute --force-overwrite ${`${server}/static`}`,
    ),
    after: [set],
  });
}

function fromGit(v: GalaxyValues, { host, layout, environment, more, before }: Parts): Installed {
  if (v.galaxy_repo === undefined) throw noRepository(host);
  const git = aptPackage('git', {});
  const clone = v.galaxy_manage_clone
    ? [
        gitCheckout(layout.server, {
          repository: v.galaxy_repo,
          version: v.galaxy_commit_id,
          force: v.galaxy_force_checkout,
          pristine: v.galaxy_force_checkout,
          owner: layout.keeper,
          after: [git, ...before],
        }),
      ]
    : [];
  const pinned = `${layout.server}/lib/galaxy/dependencies/pinned-requirements.txt`;
  const uv = pipSet(layout.venv, {
    packages: ['wheel', ...more, ...clientPackages(v)],
    installer: v.galaxy_pip_installer,
    owner: layout.keeper,
    after: [environment],
  });
  const note = `${layout.venv}/.gatdeploy-pinned`;
  const requirements = command(`requirements of ${layout.server}`, {
    unless: sh`test "$(sha256sum <${pinned})" = "$(cat -- ${note})"`,
    run: steps(
      sh`if test -x /var/lib/gatdeploy/uv/bin/uv; then`,
      sh`/var/lib/gatdeploy/uv/bin/uv pip install -q --python ${`${layout.venv}/bin/python`} -r ${pinned}`,
      sh`else ${`${layout.venv}/bin/python`} -m pip install -q --no-input -r ${pinned}; fi`,
      sh`rm -f -- ${`${layout.venv}/.lock`}`,
      sh`sha256sum <${pinned} >${note}`,
    ),
    after: [uv, ...clone],
  });
  const fetched = v.galaxy_fetch_dependencies ? [requirements] : [];
  const client = v.galaxy_client_use_prebuilt ? [prebuiltClient(layout, uv, clone)] : [];
  return { resources: [git, ...clone, uv, ...fetched, ...client], loads: [uv, ...clone, ...client] };
}

/** Beside a checkout of another release the client may not fit; its package is as old or new as `galaxy_package_version` says. */
function prebuiltClient(
  { server, venv: folder }: Layout,
  packages: Resource,
  clone: readonly Resource[],
): Resource {
  const version = sh`ls -d ${folder}/lib/python3.*/site-packages/galaxy_web_client-*.dist-info`;
  const note = `${server}/static/.gatdeploy-client`;
  return command(`web client of ${server}`, {
    unless: sh`test -e ${`${server}/static/dist`} && test "$(${version})" = "$(cat -- ${note})"`,
    run: steps(
      sh`${`${folder}/bin/galaxy-web-client-install`} --mode absolute --force-overwrite ${`${server}/static`}`,
      sh`${version} >${note}`,
    ),
    after: [packages, ...clone],
  });
}

function clientPackages(v: GalaxyValues): readonly string[] {
  if (!v.galaxy_client_use_prebuilt) return [];
  const version = v.galaxy_package_version;
  return [version === undefined ? 'galaxy-web-client' : `galaxy-web-client==${version}`];
}
