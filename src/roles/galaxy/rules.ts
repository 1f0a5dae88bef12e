/** The site's own rules for jobs, which Galaxy's handlers import when they start as `galaxy.jobs.rules`. */
import path from 'node:path';
import { sh, steps } from '../../base/shell.ts';
import { command, directory, file, type Resource } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import type { Layout } from './layout.ts';
import type { GalaxyValues } from './vars.ts';

/** Declares their files; `code` is what brings Galaxy's own package, among which they have to be found. */
export function declareRules(
  v: GalaxyValues,
  host: HostContext,
  { layout, code }: { readonly layout: Layout; readonly code: readonly Resource[] },
): readonly Resource[] {
  if (v.galaxy_dynamic_job_rules.length === 0 || belongToMissingCode(v)) return [];
  const root = v.galaxy_dynamic_job_rules_dir ?? '';
  const own = { owner: layout.keeper };
  const names = v.galaxy_dynamic_job_rules;
  const packages = [...new Set(names.map((name) => path.dirname(name)))].filter((one) => one !== '.').sort();
  // A checkout brings its own, and must come first where the directory is in it.
  const folder = directory(root, { ...own, after: v.galaxy_install_method === 'git' ? code : [] });
  const folders = packages.map((one) => directory(`${root}/${one}`, { ...own, after: [folder] }));
  const after = [folder, ...folders];
  const starts = packages.map((one) =>
    file(`${root}/${one}/__init__.py`, { ...own, content: '', onlyIfMissing: true, after }),
  );
  const files = names.map((name) =>
    file(`${root}/${installedAs(name)}`, { ...own, content: contentOf(v, host, name), after }),
  );
  const linked = v.galaxy_install_method === 'pypi' ? [links(v, layout, [...files, ...starts], code)] : [];
  return [...after, ...starts, ...files, ...linked];
}

/** Into code that somebody else installs nothing can go before it is there: a clone needs an empty directory. */
export function belongToMissingCode(v: GalaxyValues): boolean {
  const isInside = `${v.galaxy_dynamic_job_rules_dir}/`.startsWith(`${v.galaxy_server_dir}/`);
  return v.galaxy_install_method === 'existing' && v.galaxy_dynamic_job_rules.length > 0 && isInside;
}

function installedAs(name: string): string {
  return name.replace(/\.j2$/, '');
}

function contentOf(v: GalaxyValues, host: HostContext, name: string) {
  const source = `${v.galaxy_dynamic_job_rules_src_dir}/${name}`;
  return name.endsWith('.j2') ? host.renderTemplate(source) : host.readFile(source);
}

/** The package keeps its code in the virtual environment, under the interpreter's version. */
function links(
  v: GalaxyValues,
  { venv }: Layout,
  files: readonly Resource[],
  code: readonly Resource[],
): Resource {
  const folder = sh`for gd_rules in ${venv}/lib/python3.*/site-packages/galaxy/jobs/rules; do test -d "$gd_rules" && break; done`;
  // A package of rules is linked as a whole.
  const names = [...new Set(v.galaxy_dynamic_job_rules.map((name) => installedAs(name).split('/')[0] ?? name))];
  const each = names.map((name) => ({ name, target: `${v.galaxy_dynamic_job_rules_dir}/${name}` }));
  return command(`rules in ${venv}`, {
    unless: steps(
      folder,
      ...each.map(({ name, target }) => sh`test "$(readlink -- "$gd_rules"/${name})" = ${target} || exit 1`),
    ),
    run: steps(folder, ...each.map(({ name, target }) => sh`ln -sfnT -- ${target} "$gd_rules"/${name}`)),
    after: [...files, ...code],
  });
}
