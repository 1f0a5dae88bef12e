/** Many texts from one file, as `gatdeploy eval --batch` evaluates them. */
import { GatError } from '../../base/errors.ts';
import type { Node, Scope } from '../../base/node.ts';
import type { Value } from '../../base/value.ts';
import { evaluateText, type TextAnswer, type TextMode } from '../../render/evaluate-text.ts';
import { readJsonNodes } from '../../render/json-vars.ts';
import type { LookupAccess } from '../../render/lookups/access.ts';
import { invalidBatch } from './errors.ts';
import { memoryAccess } from './memory-access.ts';

/** Evaluates the cases of a file and renders `{"ID": result, …}`. @throws GatError eval/invalid-batch */
export function evaluateBatch(text: string, file: string, outside: LookupAccess): string {
  const root = readJsonNodes(text, file);
  const cases = root.kind === 'dict' ? root.entries.get('cases') : root;
  if (cases?.kind !== 'list')
    throw invalidBatch(root.position, 'it needs a list of cases: {"cases": [{"id", "mode", "input", "vars"}]}');
  const lines = cases.items.map((item) => `${JSON.stringify(textField(item, 'id'))}:${answerCase(item, outside)}`);
  return `{${lines.join(',\n')}}\n`;
}

/** A case that a bug of ours ends must not take the answers of the others along. */
function answerCase(item: Node, outside: LookupAccess): string {
  try {
    return evaluateCase(item, outside);
  } catch (error) {
    if (error instanceof GatError || !(error instanceof Error)) throw error;
    return JSON.stringify({ error: 'internal', message: `this is a bug in gatdeploy: ${error.message}` });
  }
}

function evaluateCase(item: Node, outside: LookupAccess): string {
  const mode = textField(item, 'mode');
  if (mode !== 'value' && mode !== 'template' && mode !== 'when') {
    throw invalidBatch(item.position, `'${mode}' is no mode; there are value, template and when`);
  }
  const input = field(item, 'input');
  const files = new Map<string, string>();
  const given = field(item, 'files');
  if (given?.kind === 'dict')
    for (const [name, node] of given.entries) files.set(String(name), String(scalarOf(node)));
  const answer = evaluateText({
    mode: mode satisfies TextMode,
    input: inputOf(input, mode),
    scope: scopeOf(field(item, 'vars')),
    access: memoryAccess(files, outside),
    position: {
      file: mode === 'template' ? '/REPO/templates/case.j2' : `case ${textField(item, 'id')}`,
      line: 1,
      column: 1,
    },
    showSecrets: true,
  });
  return renderAnswer(answer);
}

/** Renders an answer as the JSON of the command's contract. */
export function renderAnswer(answer: TextAnswer): string {
  if ('json' in answer) return `{"value":${answer.json},"type":"${answer.type}"}`;
  const { error, message, undefinedName } = answer;
  return JSON.stringify({ error, message, ...(undefinedName !== undefined && { undefined_name: undefinedName }) });
}

/** Variables of a JSON object. */
export function scopeOf(variables: Node | undefined): Scope {
  const entries = variables?.kind === 'dict' ? variables.entries : new Map<never, Node>();
  const byName = new Map([...entries].map(([name, node]) => [String(name), node]));
  return { lookup: (name) => byName.get(name), names: () => byName.keys() };
}

function inputOf(input: Node | undefined, mode: string): string | boolean {
  const value = scalarOf(input);
  return mode === 'when' && typeof value === 'boolean' ? value : String(value ?? '');
}

const field = (item: Node, name: string): Node | undefined =>
  item.kind === 'dict' ? item.entries.get(name) : undefined;

function scalarOf(node: Node | undefined): Value {
  return node?.kind === 'scalar' ? node.value : null;
}

function textField(item: Node, name: string): string {
  const value = scalarOf(field(item, name));
  if (typeof value !== 'string') throw invalidBatch(item.position, `a case needs a text '${name}'`);
  return value;
}
