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
    const made = declareConda(conda);
    const base = declareBase(v, conda, made);
    const environments = Object.entries(v.miniconda_conda_environments).map(([name, one]) =>
      declareEnvironment(v, { conda, name, one, after: [...made, ...base] }),
    );
    return [...made, ...base, ...environments];
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
  const python = v.miniconda_installer_python;
  const version = v.miniconda_installer_version;
  const middle = python === undefined || version === 'latest' ? version : `${python}_${version}`;
  if (v.miniconda_distribution === 'miniconda') return `Miniconda3-${middle}-Linux-${host.facts.architecture}.sh`;
  return version === 'latest'
    ? `Miniforge3-Linux-${host.facts.architecture}.sh`
    : `Miniforge3-${version}-Linux-${host.facts.architecture}.sh`;
}

/** The version of conda itself, and what else is in the base environment. */
function declareBase(v: MinicondaValues, conda: Conda, after: readonly Resource[]): readonly Resource[] {
  const version = v.miniconda_version === 'latest' ? [] : [`conda=${v.miniconda_version}`];
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
  const folder = `${conda.prefix}/envs/${name}`;
  const packages = one.packages ?? [];
  const words = [
    ...['-y', '-n', name],
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
