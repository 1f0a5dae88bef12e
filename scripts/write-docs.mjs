// Writes the pages under docs/ that are made from code; a test compares them with what it would write.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { renderCommandsPage } from './commands-page.mjs';

const bundle = await build({
  stdin: {
    contents: `
      export { roles } from './src/roles/index.ts';
      export { renderRolePage } from './src/roles/page.ts';
      export { rules } from './src/lint/rules/index.ts';
      export { hostRules } from './src/lint/host-rules.ts';
      export { renderLintPage } from './src/lint/page.ts';
      export { renderExitCodes } from './src/cli/exit-codes.ts';`,
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  outfile: 'docs.mjs',
});
const file = new URL(`../dist-docs-${process.pid}.mjs`, import.meta.url);
writeFileSync(file, bundle.outputFiles[0].text);
try {
  const { roles, rules, hostRules, renderRolePage, renderLintPage, renderExitCodes } = await import(file.href);
  mkdirSync('docs/roles', { recursive: true });
  for (const role of roles) writeFileSync(`docs/roles/${role.name}.md`, renderRolePage(role));
  writeFileSync('docs/lint.md', renderLintPage(rules, hostRules));
  writeFileSync('docs/exit-codes.md', renderExitCodes());
  writeFileSync('docs/commands.md', renderCommandsPage());
} finally {
  (await import('node:fs')).rmSync(file);
}
