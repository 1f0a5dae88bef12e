/** conda for the dependencies of Galaxy's tools: the role of the Galaxy project, and the older one that it came after. */
import { type Script, sh } from '../../base/shell.ts';
import { command, type Resource } from '../../resources/index.ts';
import { defineRole, type HostContext } from '../role.ts';
import {
  adviseOnSource,
  asOwner,
  type Conda,
  condaCheck,
  condaOf,
  declareConda,
  ownerOf,
  programOf,
} from './conda.ts';
import { type Environment, type MinicondaValues, type UchidaValues, uchidaVars, vars } from './vars.ts';

export const miniconda = defineRole({
  name: 'miniconda',
  aliases: ['galaxyproject.miniconda'],
  doc: 'Installs conda, which resolves the dependencies of tools, and environments with packages.',
  vars,

  declare(v, host) {
    const conda = condaOf(v, host, installerOf(v, host));
    const made = v.miniconda_install ? declareConda(conda) : [];
    const base = declareBase(v, conda, made);
    const environments = Object.entries(v.miniconda_conda_environments).map(([name, one]) =>
      declareEnvironment(v, { conda, name, one, after: [...made, ...base] }),
    );
    const ofGalaxy = v.galaxy_conda_create_env ? [declareGalaxys(v, conda, [...made, ...base])] : [];
    return [...made, ...base, ...environments, ...ofGalaxy];
  },

  verify: (v, host) => [condaCheck(v.miniconda_prefix, ownerOf(v, host), host)],

  advise: adviseOnSource,
});

export const uchidaMiniconda = defineRole({
  name: 'uchida-miniconda',
  aliases: ['uchida.miniconda'],
  doc: 'Installs conda as the older role did: `miniconda_version` is the version of the installer.',
  vars: uchidaVars,

  declare: (v, host) => declareConda(uchidaConda(v, host)),

  verify: (v, host) => [condaCheck(homeOf(v.miniconda_prefix, ownerOf(v, host)), ownerOf(v, host), host)],

  advise: adviseOnSource,
});

function uchidaConda(v: UchidaValues, host: HostContext): Conda {
  const name = `Miniconda${v.miniconda_python}-${v.miniconda_version}-Linux-${host.facts.architecture}.sh`;
  const prefix = homeOf(v.miniconda_prefix, ownerOf(v, host));
  return condaOf({ ...v, miniconda_prefix: prefix }, host, v.miniconda_installer ?? name);
}

/** The default lies in the home of whoever runs the role. */
function homeOf(path: string, owner: string): string {
  return path.replace(/^~(?=\/|$)/, owner === 'root' ? '/root' : `/home/${owner}`);
}

function installerOf(v: MinicondaValues, host: HostContext): string {
  if (v.miniconda_installer !== undefined) return v.miniconda_installer;
  const python = v.miniconda_installer_python?.replace(/^(?:py)?(\d)\.?(\d+)$/, 'py$1$2');
  const version = v.miniconda_installer_version;
  const middle = python === undefined || version === 'latest' ? version : `${python}_${version}`;
  if (v.miniconda_distribution === 'miniconda') return `Miniconda3-${middle}-Linux-${host.facts.architecture}.sh`;
  return version === 'latest'
    ? `Miniforge3-Linux-${host.facts.architecture}.sh`
    : `Miniforge3-${version}-Linux-${host.facts.architecture}.sh`;
}

/** The version of conda itself, and what else is in the base environment. */
function declareBase(v: MinicondaValues, conda: Conda, after: readonly Resource[]): readonly Resource[] {
  const isKept = v.miniconda_version === 'latest' || !v.miniconda_update;
  const version = isKept ? [] : [`conda=${v.miniconda_version}`];
  const packages = [...version, ...v.miniconda_base_env_packages];
  if (packages.length === 0) return [];
  return [
    command(`packages of ${conda.prefix}`, {
      unless: hasAll(conda.prefix, packages),
      run: run(conda, ['install', '-y', '-n', 'base', ...channelWords(v.miniconda_channels), ...packages]),
      after,
    }),
  ];
}

function declareEnvironment(
  v: MinicondaValues,
  of: {
    readonly conda: Conda;
    readonly name: string;
    readonly one: Environment;
    readonly after: readonly Resource[];
  },
): Resource {
  const { conda, name, one } = of;
  const folder = folderOf(conda, name);
  const packages = one.packages ?? [];
  const words = [
    '-y',
    ...whereOf(name),
    ...channelWords(one.channels ?? v.miniconda_channels),
    ...(one.copy ? ['--copy'] : []),
    ...packages,
  ];
  const install = packages.length > 0 ? run(conda, ['install', ...words]) : sh`true`;
  return command(`environment ${name} of ${conda.prefix}`, {
    creates: folder,
    unless: sh`test -d ${`${folder}/conda-meta`} && ${hasAll(folder, packages)}`,
    run: sh`if test -d ${`${folder}/conda-meta`}; then ${install}
else ${run(conda, ['create', ...words])}; fi`,
    after: of.after,
  });
}

/** Its packages count when it is made: a change of them is for whoever knows what Galaxy's environment stands on. */
function declareGalaxys(v: MinicondaValues, conda: Conda, after: readonly Resource[]): Resource {
  const name = v.galaxy_conda_env;
  const words = [
    '-y',
    ...whereOf(name),
    ...channelWords(v.galaxy_conda_env_channels),
    ...v.galaxy_conda_env_packages,
  ];
  return command(`environment ${name} of ${conda.prefix}`, {
    creates: folderOf(conda, name),
    unless: sh`test -d ${`${folderOf(conda, name)}/conda-meta`}`,
    run: run(conda, ['create', ...words]),
    after,
  });
}

function folderOf({ prefix }: Conda, name: string): string {
  return name.startsWith('/') ? name : `${prefix}/envs/${name}`;
}

function whereOf(name: string): readonly string[] {
  return name.startsWith('/') ? ['-p', name] : ['-n', name];
}

function run({ prefix, owner }: Conda, words: readonly string[]): Script {
  return asOwner(owner, sh`${programOf(prefix)} ${words}`);
}

function channelWords(channels: readonly string[]): readonly string[] {
  return channels.length === 0
    ? []
    : ['--override-channels', ...channels.flatMap((channel) => ['--channel', channel])];
}

/** conda notes each package as `conda-meta/NAME-VERSION-BUILD.json`; a version is met by what begins with it. */
function hasAll(folder: string, packages: readonly string[]): Script {
  const tests = packages.map((one) => {
    const [, name = one, version] = /^(?:.*::)?([A-Za-z0-9_.-]+)\s*(?:={1,2}([A-Za-z0-9_.]+))?/.exec(one) ?? [];
    const start = `${folder}/conda-meta/${name.toLowerCase()}-`;
    return version === undefined
      ? sh`ls -d -- ${start}[0-9]*.json >/dev/null 2>&1`
      : sh`ls -d -- ${`${start}${version}`}[-.]*.json >/dev/null 2>&1`;
  });
  return tests.reduce((all, one) => sh`${all} && ${one}`, sh`true`);
}
