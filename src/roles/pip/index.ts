/** geerlingguy.pip: pip from the distribution, and packages in virtual environments. */
import { z } from 'zod';
import { aptPackage, pipSet, venv } from '../../resources/index.ts';
import { unsupportedValue } from '../errors.ts';
import { defineRole } from '../role.ts';
import { listOf, word } from '../types.ts';

const wanted = z.union([
  word.transform((name) => ({ name, version: undefined, virtualenv: undefined })),
  z.strictObject({
    name: word,
    version: word.optional(),
    virtualenv: word.optional(),
    state: z.enum(['present', 'latest', 'forcereinstall']).optional(),
    extra_args: word.optional(),
  }),
]);

/** Packages that are wanted for the distribution's own Python, where the distribution has them itself. */
const OWN: Readonly<Record<string, string>> = {
  docker: 'python3-docker',
  psycopg2: 'python3-psycopg2',
  'psycopg2-binary': 'python3-psycopg2',
  requests: 'python3-requests',
  setuptools: 'python3-setuptools',
  virtualenv: 'virtualenv',
};

export const pip = defineRole({
  name: 'pip',
  aliases: ['geerlingguy.pip'],
  doc: 'Installs pip, and Python packages in virtual environments.',
  vars: {
    pip_package: { type: word, default: 'python3-pip', doc: 'The distribution package that brings pip.' },
    pip_executable: {
      type: word,
      default: 'pip3',
      doc: 'Accepted for old repositories; pip is run by its interpreter.',
    },
    pip_install_packages: {
      type: listOf(wanted),
      default: [],
      doc: "Python packages, `{name, version, virtualenv}`. Without a virtual environment only those that the distribution has itself, such as docker, are installed, as the distribution's packages; `state` has no effect.",
    },
  },

  declare(v, host) {
    const debs = [aptPackage(v.pip_package, {}), aptPackage('python3-venv', {})];
    const own = new Set<string>();
    const places = new Map<string, string[]>();
    for (const { name, version, virtualenv } of v.pip_install_packages) {
      const deb = version === undefined ? OWN[name] : undefined;
      if (virtualenv === undefined && deb !== undefined) {
        own.add(deb);
        continue;
      }
      if (virtualenv === undefined) {
        throw unsupportedValue(host, {
          role: 'pip',
          variable: 'pip_install_packages',
          why: `${name} would be installed into the distribution's own Python, which Debian protects (PEP 668)`,
          fix: `give ${name} a virtualenv, or install the distribution's package`,
        });
      }
      places.set(virtualenv, [
        ...(places.get(virtualenv) ?? []),
        version === undefined ? name : `${name}==${version}`,
      ]);
    }
    const sets = [...places].flatMap(([path, packages]) => {
      const environment = venv(path, { after: debs });
      return [environment, pipSet(path, { packages, after: [environment] })];
    });
    const ownDebs = [...own].map((name) => aptPackage(name, {}));
    return [...(places.size > 0 ? debs : debs.slice(0, 1)), ...ownDebs, ...sets];
  },
});
