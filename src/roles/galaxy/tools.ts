/** Tools of the site and those of `verify --job`, and the files that list them. */
import { template } from '../../render/template.ts';
import { directory, file, type Resource } from '../../resources/index.ts';
import { modeOf } from '../mode.ts';
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
      ...host.readContent(`${v.galaxy_local_tools_src_dir}/${one.file}`),
      owner: layout.keeper,
    }),
  );
  const sections = new Map<string, { name: string; files: string[] }>();
  // What is no XML is read by a tool beside it.
  for (const one of v.galaxy_local_tools.filter(({ file }) => file.endsWith('.xml'))) {
    const name = one.section_name ?? 'Local Tools';
    const id = one.section_id ?? name.replace(/[^A-Za-z0-9]/g, '_').toLowerCase();
    const section = sections.get(id) ?? { name, files: [] };
    section.files.push(one.file);
    sections.set(id, section);
  }
  const list = panel(`${layout.config}/local_tool_conf.xml`, {
    layout,
    folder: layout.localTools,
    sections: [...sections].map(([id, section]) => ({ id, ...section })),
    mode: modeOf(v.galaxy_config_perms),
  });
  return [...files, list];
}

function verifyTools(v: GalaxyValues, layout: Layout): readonly Resource[] {
  const folder = directory(`${layout.localTools}/gatdeploy`, { owner: layout.keeper, group: layout.group });
  const tools = verifyToolsOf(v).map((one) => ({ ...one, path: `${layout.localTools}/gatdeploy/${one.id}.xml` }));
  const names = tools.map(({ id }) => `gatdeploy/${id}.xml`);
  const files = tools.map(({ path, id, of }) =>
    file(path, {
      content: template(`galaxy/tools/${of}.xml.hbs`, { id }),
      owner: layout.keeper,
      group: layout.group,
    }),
  );
  const list = panel(`${layout.config}/gatdeploy_tool_conf.xml`, {
    layout,
    folder: layout.localTools,
    sections: [{ id: 'gatdeploy', name: 'Checks of the deployment', files: names }],
    mode: '0644',
  });
  return [folder, ...files, list];
}

type Section = { readonly id: string; readonly name: string; readonly files: readonly string[] };

type Panel = {
  readonly layout: Layout;
  /** Where the files of the sections are. */
  readonly folder: string;
  readonly sections: readonly Section[];
  readonly mode: string;
};

function panel(path: string, { layout, folder, sections, mode }: Panel): Resource {
  return file(path, {
    content: template('galaxy/tool_conf.xml.hbs', { folder, sections }),
    owner: layout.keeper,
    group: layout.group,
    mode,
  });
}
