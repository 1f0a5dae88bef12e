/** Tools of the site and those of `verify --job`, and the files that list them. */
import { template } from '../../render/template.ts';
import { directory, file, type Resource } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import type { Layout } from './layout.ts';
import type { GalaxyValues } from './vars.ts';

/** Tools that `gatdeploy verify --job` runs; templates/galaxy/tools has them. */
export const VERIFY_TOOLS = ['gatdeploy_wc', 'gatdeploy_bwa_mem'] as const;

/** Declares tools and their lists. */
export function declareTools(v: GalaxyValues, host: HostContext, layout: Layout): readonly Resource[] {
  return [...siteTools(v, host, layout), ...(v.galaxy_verify_tools ? verifyTools(layout) : [])];
}

function siteTools(v: GalaxyValues, host: HostContext, layout: Layout): readonly Resource[] {
  if (v.galaxy_local_tools.length === 0) return [];
  const files = v.galaxy_local_tools.map((one) =>
    file(`${layout.localTools}/${one.file}`, {
      content: host.readFile(`${v.galaxy_local_tools_src_dir}/${one.file}`),
      owner: layout.keeper,
      group: layout.group,
    }),
  );
  const sections = new Map<string, { name: string; files: string[] }>();
  for (const one of v.galaxy_local_tools) {
    const name = one.section_name ?? 'Local tools';
    const id = one.section_id ?? (one.section_name ?? 'local').toLowerCase().replace(/\W+/g, '_');
    const section = sections.get(id) ?? { name, files: [] };
    section.files.push(`${layout.localTools}/${one.file}`);
    sections.set(id, section);
  }
  const values = [...sections].map(([id, section]) => ({ id, ...section }));
  return [...files, panel(`${layout.config}/local_tool_conf.xml`, layout, values)];
}

function verifyTools(layout: Layout): readonly Resource[] {
  const folder = directory(`${layout.localTools}/gatdeploy`, { owner: layout.keeper, group: layout.group });
  const paths = VERIFY_TOOLS.map((name) => `${layout.localTools}/gatdeploy/${name}.xml`);
  const files = VERIFY_TOOLS.map((name, index) =>
    file(paths[index] ?? '', {
      content: template(`galaxy/tools/${name}.xml`, {}),
      owner: layout.keeper,
      group: layout.group,
    }),
  );
  const sections = [{ id: 'gatdeploy', name: 'Checks of the deployment', files: paths }];
  return [folder, ...files, panel(`${layout.config}/gatdeploy_tool_conf.xml`, layout, sections)];
}

type Section = { readonly id: string; readonly name: string; readonly files: readonly string[] };

function panel(path: string, layout: Layout, sections: readonly Section[]): Resource {
  return file(path, {
    content: template('galaxy/tool_conf.xml.hbs', { sections }),
    owner: layout.keeper,
    group: layout.group,
  });
}
