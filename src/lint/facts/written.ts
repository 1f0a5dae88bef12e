/** All that templates, files and roles of a project say, to see whether a variable is used anywhere. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Node } from '../../base/node.ts';
import { pathKind } from '../../project/files.ts';
import { orError } from '../../project/loader.ts';
import type { ProjectFacts } from './facts-of-project.ts';

const known = new WeakMap<ProjectFacts, string>();

/** Whether a variable's name stands in a template, a playbook or another variable's value. */
export function isMentioned(name: string, facts: ProjectFacts): boolean {
  return new RegExp(`\\b${name}\\b`).test(textOf(facts));
}

/** URLs of brokers that stand there, as they were written: other programs than Galaxy and Pulsar may log in, too. */
export function writtenQueueUrls(facts: ProjectFacts): readonly string[] {
  return textOf(facts).match(/\b(?:py)?amqps?:\/\/(?:\{\{.*?\}\}|[^\s"'{<])+/g) ?? [];
}

function textOf(facts: ProjectFacts): string {
  const text = known.get(facts) ?? writtenText(facts);
  known.set(facts, text);
  return text;
}

function writtenText(facts: ProjectFacts): string {
  const { loader, root, sources } = facts.project;
  const folders = [...new Set([root, sources.playbookFolder])].flatMap((folder) =>
    FOLDERS.map((name) => path.join(folder, name)),
  );
  const files = [...new Set([...facts.plays.map((play) => play.file), ...folders.flatMap(filesBelow)])];
  const texts = files.flatMap((file) => {
    const read = orError(() => loader.readText(file).text);
    return 'value' in read ? [read.value] : [];
  });
  const layers = new Set(facts.allViews.flatMap((view) => view.scope.layers.map((layer) => layer.variables)));
  const values = [...layers].flatMap((variables) =>
    [...variables.values()].flatMap(({ node }) => templatesOf(node)),
  );
  return [...texts, ...values].join('\n');
}

function templatesOf(node: Node): readonly string[] {
  if (node.kind === 'list') return node.items.flatMap(templatesOf);
  if (node.kind === 'dict') return [...node.entries.values()].flatMap(templatesOf);
  return node.template && typeof node.value === 'string' && node.value.includes('{') ? [node.value] : [];
}

/** Where a project may use a variable; group_vars and host_vars are seen as variables. */
const FOLDERS = ['templates', 'files', 'tasks', 'handlers', 'roles'];

/** Data that a project carries along is no text of its own. */
const TEXT = /\.(?:j2|ya?ml|xml|conf|cfg|ini|sh|py|env|txt|service)$|\/[^.]+$/;

function filesBelow(folder: string): readonly string[] {
  if (pathKind(folder) !== 'directory') return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => TEXT.test(file) && pathKind(file) === 'file' && statSync(file).size < LARGE_BYTES);
}

const LARGE_BYTES = 1_000_000;
