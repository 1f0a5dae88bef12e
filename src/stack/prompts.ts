/** Variables of `vars_prompt`: a person is asked where there is a terminal, else the default is the answer. */
import { type Node, nodeOf } from '../base/node.ts';
import type { Text } from '../base/secret.ts';
import type { Variable } from '../project/inventory/model.ts';
import type { Play, VariablePrompt } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';

/** Asks a person; undefined when the answer is empty. */
export type AskVariable = (prompt: VariablePrompt) => Promise<Text | undefined>;

/** The project with the answers, which count as extra variables: what `-e` gives is not asked for, as in Ansible. */
export async function answered(project: Project, plays: readonly Play[], ask?: AskVariable): Promise<Project> {
  if (!ask) return project;
  const answers = new Map<string, Variable>();
  for (const prompt of plays.flatMap((play) => play.prompts)) {
    const { name, position } = prompt;
    if (project.extraVars.has(name) || answers.has(name)) continue;
    const answer = await ask(prompt);
    if (answer !== undefined) answers.set(name, { node: answerNode(answer, prompt), position });
  }
  return answers.size === 0 ? project : { ...project, extraVars: new Map([...project.extraVars, ...answers]) };
}

/** What a person types is no template. */
function answerNode(answer: Text, { position }: VariablePrompt): Node {
  return nodeOf(answer, position, false);
}
