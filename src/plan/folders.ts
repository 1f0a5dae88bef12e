/** Asks a host which of the paths that copies name are folders: their files go into them. */
import { sh } from '../base/shell.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { Section } from './frame.ts';

const NAME = 'folders';

/** The section that prints each path that is a folder; nothing where no copy leaves that open. */
export function foldersSection(nodes: readonly GraphNode[]): readonly Section[] {
  const asked = nodes.flatMap(({ resource: { props } }) => (props.askedFor === undefined ? [] : [props.askedFor]));
  if (asked.length === 0) return [];
  const paths = [...new Set(asked)].sort();
  return [
    { name: NAME, script: sh`for gd_path in ${paths}; do test ! -d "$gd_path" || printf '%s\n' "$gd_path"; done` },
  ];
}

/** Parses what that printed, as a part of the facts. */
export function parseFolders(sections: ReadonlyMap<string, { readonly stdout: Buffer }>): {
  readonly folders?: readonly string[];
} {
  const folders = (sections.get(NAME)?.stdout.toString('utf8') ?? '').split('\n').filter(Boolean);
  return folders.length === 0 ? {} : { folders };
}
