/** `gatdeploy explain`: where a variable's value comes from. */
import type { Command } from 'commander';
import { type Position, renderPosition } from '../base/position.ts';
import type { Value } from '../base/value.ts';
import { projectAccess } from '../project/access.ts';
import { shownScope } from '../project/host-variables.ts';
import { rawValue, renderJson } from '../project/json-text.ts';
import { loadProject } from '../project/project.ts';
import { unknownVariable } from '../project/vars/errors.ts';
import type { Definition, HostScope } from '../project/vars/host-scope.ts';
import { createTemplar } from '../render/templar.ts';
import { projectOptions, type StackOptions } from '../stack/options.ts';
import { addProjectOptions } from './run/options.ts';
import { printWarnings } from './run/warnings.ts';

type Options = StackOptions & {
  readonly host: string;
  readonly playbook?: string;
  readonly facts?: string;
  readonly showSecrets?: boolean;
};

/** One variable that a template used, and which variable's template it was. */
type Used = { readonly name: string; readonly by: string; readonly position: Position };

type Explanation = {
  readonly value: Value;
  readonly definitions: readonly Definition[];
  readonly uses: readonly Used[];
};

/** Adds the command to the program. */
export function register(program: Command): void {
  addProjectOptions(program.command('explain').description("show where a variable's value comes from"))
    .argument('<variable>')
    .requiredOption('--host <name>', 'the host')
    .option('--playbook <file>', 'the playbook whose plays count')
    .option('--facts <file>', 'facts from JSON instead of a host')
    .option('--json', 'as JSON')
    .option('--show-secrets', 'show secrets instead of ***')
    .action(async (name: string, options: Options) => {
      const { playbook, facts } = options;
      const project = await loadProject(options.directory, {
        ...projectOptions(options),
        ...(playbook !== undefined && { playbook }),
        ...(facts !== undefined && { factsFile: facts }),
      });
      const scope = shownScope(project, options.host, options);
      const explanation = explain(name, scope, (onUse) =>
        createTemplar({ scope, access: projectAccess(project), onUse }),
      );
      process.stdout.write(options.json ? asJson(name, explanation, options) : asText(name, explanation, options));
      printWarnings(project);
    });
}

type MakeTemplar = (
  onUse: NonNullable<Parameters<typeof createTemplar>[0]['onUse']>,
) => ReturnType<typeof createTemplar>;

function explain(name: string, scope: HostScope, makeTemplar: MakeTemplar): Explanation {
  const definitions = scope.definitions(name);
  const [winner] = definitions;
  if (!winner) throw unknownVariable(name, scope.host, scope.names());
  const uses = new Map<string, Used>();
  const templar = makeTemplar(({ name: used, node, by }) => {
    const position = scope.definitions(used)[0]?.position ?? node.position;
    uses.set(`${by || name} ${used}`, { name: used, by: by || name, position });
  });
  return { value: templar.leafwise(winner.node), definitions, uses: [...uses.values()] };
}

function asText(name: string, { value, definitions, uses }: Explanation, options: Options): string {
  const json = { showSecrets: options.showSecrets ?? false };
  const shown = (definition: Definition) => renderJson(rawValue(definition.node, options), json).trimEnd();
  const [winner, ...shadowed] = definitions.map(
    (definition) => `${renderPosition(definition.position)}  (${definition.level.rank} ${definition.level.name})`,
  );
  const lines = [`${name} on ${options.host}: ${renderJson(value, json).trimEnd()}`, `  wins      ${winner}`];
  for (const [index, place] of shadowed.entries()) {
    const definition = definitions[index + 1];
    lines.push(`  shadowed  ${place}`, ...(definition ? indent(shown(definition)) : []));
  }
  for (const use of uses) lines.push(`  ${use.by} uses ${use.name}  ${renderPosition(use.position)}`);
  return `${lines.join('\n')}\n`;
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => `            ${line}`);
}

function asJson(name: string, explanation: Explanation, options: Options): string {
  const place = ({ file, line, column }: Position) =>
    new Map<string, Value>(Object.entries({ file, line, column }));
  const definitions = explanation.definitions.map(
    ({ level, node, position }, index): Value =>
      new Map<string, Value>([
        ['wins', index === 0],
        ['level', level.rank],
        ['levelName', level.name],
        ['position', place(position)],
        ['written', rawValue(node, options)],
      ]),
  );
  const uses = explanation.uses.map(
    (use): Value =>
      new Map<string, Value>([
        ['variable', use.name],
        ['by', use.by],
        ['position', place(use.position)],
      ]),
  );
  const root = new Map<string, Value>([
    ['variable', name],
    ['host', options.host],
    ['value', explanation.value],
    ['definitions', definitions],
    ['uses', uses],
  ]);
  return renderJson(root, { showSecrets: options.showSecrets ?? false, keepTypes: true });
}
