/** Reads virtual environments and what is installed in them from file names, without starting a Python. */
import { createHash } from 'node:crypto';
import { satisfies } from '@renovatebot/pep440';
import { nothing, type Script, sh } from '../../base/shell.ts';
import type { CommonProps, Item, Observed, Probe, State } from '../kind.ts';
import {
  normaliseName,
  parseRequirement,
  type Requirement,
  requirementKey,
  requirementState,
  withoutExtras,
} from './requirement.ts';

/** What the kinds that share this probe have in common. */
export type TreeProps = CommonProps & { readonly packages?: readonly string[] };

/** Where the digests of requirements that only pip can judge are noted, below the virtual environment. */
export const NOTE = '.gatdeploy-requirements';

/** One virtual environment as it was found. */
type Tree = {
  /** Versions by normalised name. */
  readonly versions: ReadonlyMap<string, string>;
  readonly notes: ReadonlySet<string>;
  /** Names that an extra of a distribution needs: `pulsar-app[web]` → `gunicorn`. */
  readonly extras: ReadonlyMap<string, readonly string[]>;
};

/** Prints, for each usable virtual environment, its path, its *.dist-info names, its notes and what extras need. */
export const trees: Probe<TreeProps> = {
  name: 'python-trees',
  script: (items) => sh`for gd_venv in ${[...new Set(items.map((item) => item.name))]}; do
test -x "$gd_venv/bin/python" || continue
gd_python=$(readlink -f -- "$gd_venv/bin/python")
gd_site="$gd_venv/lib/\${gd_python##*/}/site-packages"
test -d "$gd_site" || continue
printf '@venv %s\n' "$gd_venv"
ls -1 -- "$gd_site" | grep '[.]dist-info$'
sed 's/^/@note /' "$gd_venv"/${NOTE} 2>/dev/null
${printExtras(items)}
done
true`,
  parse(stdout, items) {
    const found = new Map(
      stdout
        .split(/^@venv /m)
        .slice(1)
        .map((text): [string, Tree] => [text.slice(0, text.indexOf('\n')), parseTree(text)]),
    );
    const states = new Map<string, Observed>();
    for (const { name, props } of items) {
      const tree = found.get(name);
      if (tree)
        states.set(name, { ...(states.get(name) as State), usable: true, ...stateOf(tree, props.packages) });
    }
    return states;
  },
};

/** Prints `@extra` lines of the distributions of which an extra is wanted. */
function printExtras(items: readonly Item<TreeProps>[]): Script {
  const names = items
    .flatMap(({ props }) => (props.packages ?? []).map(parseRequirement))
    .flatMap((one) => (one.kind === 'named' && one.extras.length > 0 ? [one.name.replaceAll('-', '[-_.]+')] : []));
  if (names.length === 0) return nothing;
  return sh`(cd -- "$gd_site" && grep -H '^Requires-Dist:.*extra *==' -- *.dist-info/METADATA 2>/dev/null \\
| grep -iE ${`^(${names.join('|')})-`} | sed 's/^/@extra /')`;
}

/** The digest by which a requirement that only pip can judge is noted. */
export function noteOf(requirement: string): string {
  return createHash('sha256').update(requirement).digest('hex');
}

function stateOf(tree: Tree, packages: readonly string[] = []): State {
  return Object.fromEntries(
    packages.map(parseRequirement).map((one) => [requirementKey(one), requirementStateIn(tree, one)]),
  );
}

/** What is wished for where it is met, else what is there instead. */
function requirementStateIn(tree: Tree, requirement: Requirement): string {
  const met = requirementState(requirement);
  if (requirement.kind === 'opaque') return tree.notes.has(noteOf(requirement.text)) ? met : 'not installed';
  const version = tree.versions.get(requirement.name);
  if (version === undefined) return 'not installed';
  if (!allows(requirement.specifiers, version)) return version;
  const missing = requirement.extras.filter((extra) => !hasExtra(tree, `${requirement.name}[${extra}]`));
  return missing.length === 0 ? met : withoutExtras(version, missing);
}

function hasExtra(tree: Tree, extra: string): boolean {
  return (tree.extras.get(extra) ?? []).every((name) => tree.versions.has(name));
}

/** An installed pre-release counts: pip left it there. */
function allows(specifiers: string, version: string): boolean {
  return specifiers === '' || satisfies(version, specifiers, { prereleases: true });
}

/** Parses lines such as `pulsar_app-0.16.0.dist-info`; a version holds no dash, so the last one parts the two. */
function parseTree(text: string): Tree {
  const versions = new Map<string, string>();
  const notes = new Set<string>();
  const extras = new Map<string, readonly string[]>();
  for (const line of text.split('\n').slice(1)) {
    const [, name, version] = /^([^@].*)-([^-]+)\.dist-info$/.exec(line) ?? [];
    if (name && version) versions.set(normaliseName(name), version);
    else if (line.startsWith('@note ')) notes.add(line.slice(6));
    else if (line.startsWith('@extra ')) addExtra(extras, line);
  }
  return { versions, notes, extras };
}

/**
 * Parses `@extra pulsar_app-0.16.0.dist-info/METADATA:Requires-Dist: gunicorn ; extra == "web"`. A requirement with
 * further conditions (a Python version, a platform) is left out: it may rightly be missing.
 */
function addExtra(extras: Map<string, readonly string[]>, line: string): void {
  const match =
    /^@extra (.+)-[^-]+\.dist-info\/METADATA:Requires-Dist: *([A-Za-z0-9._-]+)[^;]*; *extra *== *["']([^"']+)["'] *$/.exec(
      line,
    );
  if (!match?.[1] || !match[2] || !match[3]) return;
  const key = `${normaliseName(match[1])}[${normaliseName(match[3])}]`;
  extras.set(key, [...(extras.get(key) ?? []), normaliseName(match[2])]);
}
