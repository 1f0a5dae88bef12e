/** A Galaxy server as the variables of its host describe it: its own options and its job configuration. */
import path from 'node:path';
import { GatError } from '../../base/errors.ts';
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { parseValues } from '../../project/yaml/load.ts';
import type { HostView } from './host-view.ts';
import { type JobConf, readJobConf, readTpvDestinations, readTpvReferences, readTpvTags } from './job-conf.ts';
import { parseJobConfXml } from './job-conf-xml.ts';
import type { Rendered } from './rendered.ts';
import { itemsOf, part, relocate, textOf, textsOf } from './tree.ts';

export type Galaxy = {
  readonly view: HostView;
  /** `galaxy_config.galaxy`. */
  readonly options: Node | undefined;
  /** Undefined where the project has none, or one that can't be read. */
  readonly jobs: JobConf | undefined;
  /** The source line of a place in a template, as it was written. */
  readonly written: (at: Position) => string | undefined;
  /** The file that galaxy.yml names for its job configuration, where nothing of the project makes that file. */
  readonly missingJobs: { readonly dest: string; readonly at: Position } | undefined;
  /** Files that can't be read as what they are. */
  readonly broken: readonly { readonly at: Position; readonly why: string }[];
};

/** Reads a Galaxy server. */
export function readGalaxy(view: HostView): Galaxy {
  const options = part(view.node('galaxy_config'), 'galaxy');
  const files: Rendered[] = [];
  const broken: { at: Position; why: string }[] = [];
  const open = (dest: string) => {
    const rendered = placedFile(view, dest);
    if (rendered) files.push(rendered);
    return rendered && parseRendered(rendered, broken);
  };
  const jobs = findJobs(view, options, open);
  const tpv = jobs ? tpvFiles(jobs).map((file) => ({ file, root: open(stagedAs(view, file)) })) : [];
  const roots = tpv.flatMap(({ root }) => root ?? []);
  const isWhole = tpv.every(({ root }) => root);
  return {
    view,
    options,
    jobs: jobs && {
      ...jobs,
      environments: [...jobs.environments, ...roots.flatMap(readTpvDestinations)],
      // What one file lacks, a file from elsewhere may have.
      references: [...jobs.references, ...(isWhole ? [...readTpvReferences(roots), ...readTpvTags(roots)] : [])],
      // Collections of rules on the web are about tools, not about a site's destinations.
      hasUnreadTpv: jobs.hasUnreadTpv || tpv.some(({ file, root }) => !root && !/^https?:/.test(file)),
    },
    written: (at) => files.find((one) => one.file === at.file)?.template.split('\n')[at.line - 1],
    missingJobs: missingJobs(view, options),
    broken,
  };
}

/** Only below Galaxy's own directory of configuration: elsewhere others may put it. */
function missingJobs(view: HostView, options: Node | undefined): Galaxy['missingJobs'] {
  const node = part(options, 'job_config_file');
  const dest = textOf(node);
  const folder = textOf(view.node('galaxy_config_dir'));
  if (!node || dest === undefined || !folder || !dest.startsWith(`${folder}/`)) return undefined;
  const isMade = placed(view).some((one) => one.dest === dest) || itemsOf(view.node('pulsar_sites')).length > 0;
  const isInline = view.node('galaxy_job_config') !== undefined || dest.endsWith('/galaxy.yml');
  return isMade || isInline ? undefined : { dest, at: node.position };
}

type Open = (dest: string) => Node | undefined;

function findJobs(view: HostView, options: Node | undefined, open: Open): JobConf | undefined {
  const inline = view.node('galaxy_job_config') ?? part(options, 'job_config');
  if (inline?.kind === 'dict') return readJobConf(inline, 'galaxy_job_config');
  const dests = placed(view).map((one) => one.dest);
  const named = textOf(part(options, 'job_config_file'));
  const dest = named ?? dests.find((one) => /^job_conf\.(?:ya?ml|xml)$/.test(path.basename(one)));
  const root = dest === undefined ? undefined : open(dest);
  return root && dest !== undefined ? readJobConf(root, path.basename(dest)) : undefined;
}

/** What goes where: templates and files of `galaxy_config_*`. */
function placed(view: HostView) {
  const of = (name: string, isTemplate: boolean) =>
    itemsOf(view.node(name)).flatMap((item) => {
      const [src, dest] = [textOf(part(item, 'src')), textOf(part(item, 'dest'))];
      return src !== undefined && dest !== undefined ? [{ src, dest, isTemplate }] : [];
    });
  return [
    ...of('galaxy_config_templates', true),
    ...of('galaxy_config_files', false),
    ...of('galaxy_config_files_public', false),
  ];
}

/** All destinations of configuration files. */
export function placedFiles(view: HostView): readonly string[] {
  return placed(view).map((one) => one.dest);
}

function placedFile(view: HostView, dest: string): Rendered | undefined {
  const found = placed(view).find((one) => one.dest === dest);
  return found && view.render(found.src, found.isTemplate);
}

function parseRendered(rendered: Rendered, broken: { at: Position; why: string }[]): Node | undefined {
  if (rendered.text.trim() === '') return undefined;
  try {
    const root = rendered.text.trimStart().startsWith('<')
      ? parseJobConfXml(rendered.text, rendered.file)
      : parseValues(rendered.text, { file: rendered.file });
    return root && relocate(root, rendered.origin);
  } catch (error) {
    if (!(error instanceof GatError)) throw error;
    const where = error.where.find((one): one is Position => 'file' in one);
    broken.push({ at: rendered.origin(where ?? { file: rendered.file, line: 1, column: 0 }), why: error.what });
    return undefined;
  }
}

/** Rules may be put into one folder and copied from there to the one that Galaxy reads, once a check has passed. */
function stagedAs(view: HostView, file: string): string {
  const dests = placed(view).map(({ dest }) => dest);
  const [alike, ...more] = dests.filter((dest) => path.basename(dest) === path.basename(file));
  return dests.includes(file) || alike === undefined || more.length > 0 ? file : alike;
}

function tpvFiles(jobs: JobConf): readonly string[] {
  const texts = jobs.environments.flatMap((one) => textsOf(part(one.params, 'tpv_config_files')));
  return texts.flatMap((text) => text.split(',').map((one) => one.trim()));
}
