// Makes docs/commands.md out of what the commands themselves say with --help.
import { execFileSync } from 'node:child_process';

/** Renders the page; the bundle must be built. */
export function renderCommandsPage() {
  const sections = namesIn(help([])).flatMap((name) => {
    const text = help([name]);
    const inner = namesIn(text);
    return [section([name], text), ...inner.map((sub) => section([name, sub], help([name, sub])))];
  });
  return `# Commands

What \`--help\` says of each command; made by \`npm run docs\`. [Exit codes](exit-codes.md) · [pipelines](ci.md) · [reports](reports.md)

${sections.join('\n')}`;
}

/** The commands that a help text lists. */
export function namesIn(text) {
  const list = text.split('\nCommands:\n')[1] ?? '';
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map((match) => match[1]).filter((name) => name !== 'help');
}

/** What a command says with --help. */
export function help(words) {
  return execFileSync(process.execPath, ['bin/gatdeploy', ...words, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  });
}

function section(words, text) {
  return `${'#'.repeat(words.length + 1)} gatdeploy ${words.join(' ')}\n\n\`\`\`text\n${text.trim()}\n\`\`\`\n`;
}
