/** Pulsar's virtual environment, what is installed in it, and the proof that it can be imported. */
import { type Script, sh } from '../../base/shell.ts';
import { aptPackage, pipSet, type Resource, venv } from '../../resources/index.ts';
import { drmaaLibraryOf, usesDrmaa } from './drmaa.ts';
import type { Layout } from './layout.ts';
import { isOld, serverOf } from './server.ts';
import type { PulsarValues } from './vars.ts';

/** Modules that show whether a package works; drmaa needs the cluster's library, so it is asked only where a manager uses it. */
const MODULES: Readonly<Record<string, string>> = {
  kombu: 'kombu',
  amqp: 'amqp',
  pycurl: 'pycurl',
  'requests-toolbelt': 'requests_toolbelt',
  psutil: 'psutil',
  pyopenssl: 'OpenSSL',
  gunicorn: 'gunicorn',
};

/** What the virtual environment consists of. */
export type PulsarPython = { readonly resources: readonly Resource[]; readonly set: Resource };

/** Declares the interpreter's packages, the virtual environment and its packages. */
export function declarePython(v: PulsarValues, layout: Layout): PulsarPython {
  const debs = [...v.pulsar_python_packages, 'ca-certificates'].map((name) => aptPackage(name, {}));
  const environment = venv(v.pulsar_venv_dir, {
    python: v.pulsar_virtualenv_python,
    owner: layout.keeper,
    after: debs,
  });
  const set = pipSet(v.pulsar_venv_dir, {
    packages: packagesOf(v),
    installer: v.pulsar_pip_installer,
    env: { PYCURL_SSL_LIBRARY: v.pulsar_pycurl_ssl_library },
    extraArgs: v.pip_extra_args.split(/\s+/).filter(Boolean),
    owner: layout.keeper,
    after: [environment],
  });
  return { resources: [...debs, environment, set], set };
}

/** Pulsar and its optional dependencies, as pip takes them. */
export function packagesOf(v: PulsarValues): readonly string[] {
  const version = v.pulsar_package_version;
  const server = serverOf(v);
  // The web server comes with an extra, unless the name says something of its own.
  const isPlain = /^[A-Za-z0-9._-]+$/.test(v.pulsar_package_name);
  const name =
    isPlain && (server === 'gunicorn' || server === 'paster')
      ? `${v.pulsar_package_name}[web]`
      : v.pulsar_package_name;
  const pulsar = version === undefined ? name : `${name}==${version}`;
  const optional = isOld(v) ? withSetuptools(v.pulsar_optional_dependencies) : v.pulsar_optional_dependencies;
  return [pulsar, ...optional, ...(server === 'uwsgi' ? uwsgiOf(v) : [])];
}

/** An old Pulsar imports pkg_resources: environments of Python 3.12 have none, and the newest setuptools has none any more. */
function withSetuptools(packages: readonly string[]): readonly string[] {
  const others = packages.filter((one) => one.trim() !== 'setuptools');
  return others.some((one) => /^setuptools\b/i.test(one)) ? others : [...others, 'setuptools<81'];
}

/** uWSGI as a wheel, and what makes it understand server.ini, unless the admin has named them. */
function uwsgiOf(v: PulsarValues): readonly string[] {
  const isNamed = (pattern: RegExp) => v.pulsar_optional_dependencies.some((one) => pattern.test(one));
  return [
    ...(isNamed(/^(?:py)?uwsgi\b/i) ? [] : ['pyuwsgi']),
    ...(isNamed(/^paste-?deploy\b/i) ? [] : ['PasteDeploy']),
  ];
}

/** A command that imports what Pulsar needs, by its own interpreter and as its own user. */
export function importCommand(v: PulsarValues, layout: Layout): Script {
  const names = v.pulsar_optional_dependencies.map((one) => one.toLowerCase().replace(/[^a-z0-9._-].*$/, ''));
  const library = drmaaLibraryOf(v);
  const needsDrmaa = usesDrmaa(v.pulsar_yaml_config_merged);
  const modules = [
    'pulsar.main',
    ...names.flatMap((name) => MODULES[name] ?? []),
    ...(needsDrmaa ? ['drmaa'] : []),
  ];
  const env = needsDrmaa && library !== undefined ? ['env', `DRMAA_LIBRARY_PATH=${library}`] : [];
  return sh`runuser -u ${layout.user.name} -- ${env} ${layout.python} -c ${`import ${modules.join(', ')}`}`;
}
