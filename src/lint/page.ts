/** The page about the rules: docs/lint.md. */
import type { HostRule } from './host-rules.ts';
import type { Rule, Severity } from './rule.ts';

const WORDS: Readonly<Record<Severity, string>> = { E: 'error', W: 'warning', I: 'note' };

/** Renders the page as Markdown. */
export function renderLintPage(rules: readonly Rule[], hostRules: readonly HostRule[]): string {
  return `# What gatdeploy lint looks for

\`gatdeploy lint [stack...]\` evaluates the variables of all plays as the roles would and compares the two sides of
whatever must agree. It asks no host, so it also works in a pipeline without access to any. \`--json\` and \`--sarif\` print
the findings for programs; \`--strict\` lets warnings count as errors. It ends with 2 when there is an error. \`--dns\` asks name
servers, too, whether the first name of each certificate leads to its host (L28). What is doubtful about the files themselves (a key
that is there twice, a file of \`vars_files\` that is missing, a group that nobody has) is told as a warning, in SARIF as \`project/warning\`.

\`apply\` and \`plan\` do the same first, and stop at an error before they connect; \`--no-lint\` leaves that out. Errors that
they only tell, because a host may know better or because gatdeploy does what the Ansible role would not, are marked. They tell slips
of the pen, too: a variable that nobody reads and that is nearly called as a role's (L42).

Passwords are compared, never printed: where two differ, each has a mark that means something in this run only.

${rules.map(renderRule).join('\n')}
## Mistakes that only hosts can tell

| id | what must hold | what looks for it |
|---|---|---|
${hostRules.map(({ id, title, by }) => `| ${id} | ${title} | ${by} |`).join('\n')}
`;
}

function renderRule({ id, severity, title, why, fix, stops }: Rule): string {
  const stopping = severity === 'E' && stops === false ? ', which does not stop `apply`' : '';
  return `<a id="${id}"></a>

## ${id} (${WORDS[severity]}${stopping})

${title}.

*Why:* ${why}

*Fix:* ${fix}
`;
}
