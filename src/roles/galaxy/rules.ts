/** The site's own rules for jobs, which Galaxy's handlers import when they start as `galaxy.jobs.rules`. */
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
  if (v.galaxy_dynamic_job_rules.length === 0) return [];
  // A checkout brings its own, and must come first where the directory is in it.
  const folder = directory(v.galaxy_dynamic_job_rules_dir ?? '', {
    owner: layout.keeper,
    after: v.galaxy_install_method === 'git' ? code : [],
  });
  const files = v.galaxy_dynamic_job_rules.map((name) =>
    file(`${v.galaxy_dynamic_job_rules_dir}/${name}`, {
      content: host.readFile(`${v.galaxy_dynamic_job_rules_src_dir}/${name}`),
      owner: layout.keeper,
      group: layout.group,
      after: [folder],
    }),
  );
  return [folder, ...files, ...(v.galaxy_install_method === 'pypi' ? [linked(v, layout, files, code)] : [])];
}

/** The package keeps its code in the virtual environment, under the interpreter's version. */
function linked(
  v: GalaxyValues,
  { venv }: Layout,
  files: readonly Resource[],
  code: readonly Resource[],
): Resource {
  const folder = sh`for gd_rules in ${venv}/lib/python3.*/site-packages/galaxy/jobs/rules; do test -d "$gd_rules" && break; done`;
  const each = v.galaxy_dynamic_job_rules.map((name) => ({
    name,
    path: `${v.galaxy_dynamic_job_rules_dir}/${name}`,
  }));
  return command(`rules in ${venv}`, {
    unless: steps(
      folder,
      ...each.map(({ name, path }) => sh`test "$(readlink -- "$gd_rules"/${name})" = ${path} || exit 1`),
    ),
    run: steps(folder, ...each.map(({ name, path }) => sh`ln -sfnT -- ${path} "$gd_rules"/${name}`)),
    after: [...files, ...code],
  });
}
