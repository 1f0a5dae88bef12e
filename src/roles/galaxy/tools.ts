/** Tools of the site and those of `verify --job`, and the files that list them. */
import { template } from '../../render/template.ts';
import { directory, file, type Resource } from '../../resources/index.ts';
import type { HostContext } from '../role.ts';
import type { Layout } from './layout.ts';
import type { GalaxyValues } from './vars.ts';

/** A tool that `gatdeploy verify --job` runs, and which of templates/galaxy/tools it is made from. */
export type VerifyTool = { readonly id: string; readonly of: 'gatdeploy_wc' | 'gatdeploy_bwa_mem' };

/** The tool that shows where a site's jobs run. */
export function verifyToolOf(site: string): string {
  return `gatdeploy_wc_${site}`;
}

/** The tools of `verify --job`: two for job_conf to send anywhere, and one for each declared site. */
export function verifyToolsOf(v: GalaxyValues): readonly VerifyTool[] {
  return [
    { id: 'gatdeploy_wc', of: 'gatdeploy_wc' },
    { id: 'gatdeploy_bwa_mem', of: 'gatdeploy_bwa_mem' },
    ...v.pulsar_sites.map(({ name }) => ({ id: verifyToolOf(name), of: 'gatdeploy_wc' as const })),
  ];
}

/** Declares tools and their lists. */
export function declareTools(v: GalaxyValues, host: HostContext, layout: Layout): readonly Resource[] {
  return [...siteTools(v, host, layout), ...(v.galaxy_verify_tools ? verifyTools(v, layout) : [])];
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

function verifyTools(v: GalaxyValues, layout: Layout): readonly Resource[] {
  const folder = directory(`${layout.localTools}/gatdeploy`, { owner: layout.keeper, group: layout.group });
  const tools = verifyToolsOf(v).map((one) => ({ ...one, path: `${layout.localTools}/gatdeploy/${one.id}.xml` }));
  const paths = tools.map(({ path }) => path);
  const files = tools.map(({ path, id, of }) =>
    file(path, {
      content: template(`galaxy/tools/${of}.xml.hbs`, { id }),
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
