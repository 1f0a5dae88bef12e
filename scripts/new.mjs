// Lays out a new resource kind or a new role: its file, its test, and its line in the index. CONTRIBUTING.md goes on from there.
// Usage: npm run new -- kind NAME     npm run new -- role NAME     NAME: small letters and dashes, such as motd-line
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [what, name = ''] = process.argv.slice(2);
if (!['kind', 'role'].includes(what) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.error('usage: npm run new -- kind|role NAME     NAME: small letters and dashes, such as motd-line');
  process.exit(2);
}
const camel = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const pascal = camel[0].toUpperCase() + camel.slice(1);
const snake = name.replaceAll('-', '_');

const made = [];
if (what === 'kind') newKind();
else newRole();
// How lines break depends on how long the name is.
execFileSync('node_modules/.bin/biome', ['check', '--write', '--vcs-enabled=false', ...made], { stdio: 'pipe' });
console.log(`next: ${what === 'role' ? 'npm run docs, which writes docs/roles, then ' : ''}npm run check`);

function newKind() {
  make(
    `src/resources/${name}.ts`,
    `/** A ${name}: say here in one sentence what it is, and which manual tells about it. */
import { sh } from '../base/shell.ts';
import { type CommonProps, defineKind, type State } from './kind.ts';

export type ${pascal}Props = CommonProps & {
  /** What the file says, in one line. */
  readonly value: string;
};

const FOLDER = '/etc/${name}.d';

/**
 * Keeps a line in a file of its own in ${'`'}/etc/${name}.d${'`'}.
 * @example ${camel}('site', { value: 'yes' })
 */
export const ${camel} = defineKind<${pascal}Props>({
  kind: '${snake}',
  desired: ({ value }) => ({ value }),
  probe: {
    name: '${name}',
    // One script for all resources of a host, whatever their number.
    script: (items) => sh${'`'}grep -sH '' -- ${'$'}{items.map((item) => pathOf(item.name))} || true${'`'},
    parse: (stdout) => new Map(stdout.split('\\n').flatMap(readLine)),
  },
  touches: (_props, resource) => ({ path: pathOf(resource), users: ['root'] }),
  apply({ name, props, after }) {
    if (!after) return sh${'`'}rm -f -- ${'$'}{pathOf(name)}${'`'};
    return sh${'`'}mkdir -p -- ${'$'}{FOLDER}
printf '%s\\\\n' ${'$'}{props.value} >${'$'}{pathOf(name)}${'`'};
  },
});

function pathOf(name: string): string {
  return ${'`'}${'$'}{FOLDER}/${'$'}{name}${'`'};
}

/** Reads ${'`'}/etc/${name}.d/site:yes${'`'}. */
function readLine(line: string): readonly (readonly [string, State])[] {
  const [, name, value] = /^[^:]*\\/([^/:]+):(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, { value: value ?? '' }]];
}
`,
  );
  make(
    `test/resources/${name}.test.ts`,
    `import { describe, expect, test } from 'vitest';
import { reveal } from '../../src/base/secret.ts';
import { compare } from '../../src/plan/diff.ts';
import { ${camel} } from '../../src/resources/index.ts';
import type { Observed } from '../../src/resources/kind.ts';

const site = ${camel}('site', { value: 'yes' });
const read = (stdout: string): Observed =>
  site.kind.probe.parse(stdout, [{ name: site.name, props: site.props }]).get('site') ?? 'absent';

describe('${name}', () => {
  test.each<[string, string, string]>([
    ['is as wanted', '/etc/${name}.d/site:yes\\n', 'same'],
    ['differs', '/etc/${name}.d/site:no\\n', 'update'],
    ['is not there', '', 'create'],
  ])('%s', (_title, stdout, status) =>
    expect(compare(site.kind.desired(site), read(stdout)).status).toBe(status),
  );

  test('is written by one command', () => {
    const change = { name: 'site', props: site.props, keys: new Set<string>(), before: undefined, after: { value: 'yes' } };
    expect(reveal(site.kind.apply([change]).text)).toContain("printf '%s");
  });
});
`,
  );
  addLine(
    'src/resources/index.ts',
    `export { ${camel} } from './${name}.ts';`,
    /^export \{ .* \} from '\.\/([\w/-]+)\.ts';$/,
  );
}

function newRole() {
  make(
    `src/roles/${name}/index.ts`,
    `/** Say here in one sentence what the role deploys. */
import { directory, file } from '../../resources/index.ts';
import { defineRole } from '../role.ts';
import { bool, word } from '../types.ts';

export const ${camel} = defineRole({
  name: '${snake}',
  aliases: [],
  doc: 'Keeps a greeting: say here what it deploys.',
  vars: {
    ${snake}_enabled: { type: bool, default: true, doc: 'Whether the greeting is there.' },
    ${snake}_text: { type: word, default: 'hello', doc: 'What it says.' },
  },

  // Pure: values in, resources out. Between roles and hosts stand capabilities (src/base/capability.ts).
  declare(v) {
    const folder = directory('/etc/${name}', { mode: '0755' });
    const greeting = file('/etc/${name}/greeting', {
      content: ${'`'}${'$'}{v.${snake}_text}\\n${'`'},
      mode: '0644',
      ...(v.${snake}_enabled ? {} : { absent: true }),
    });
    return [folder, greeting];
  },
});
`,
  );
  make(
    `test/roles/${name}.test.ts`,
    `import { describe, expect, test } from 'vitest';
import { ${camel} } from '../../src/roles/${name}/index.ts';
import { contentOf, declareRole, idsOf } from '../support/role.ts';

describe('${name}', () => {
  const { resources } = declareRole(${camel}, { ${snake}_text: 'good morning' });

  test('declares its resources', () =>
    expect(idsOf(resources)).toEqual(['directory[/etc/${name}]', 'file[/etc/${name}/greeting]']));

  test('says what the variable says', () =>
    expect(contentOf(resources, '/etc/${name}/greeting')).toBe('good morning\\n'));
});
`,
  );
  addLine(
    'src/roles/index.ts',
    `import { ${camel} } from './${name}/index.ts';`,
    /^import \{ .* \} from '\.\/([\w-]+)\/index\.ts';$/,
  );
  addLine('src/roles/index.ts', `  ${camel},`, /^ {2}(\w+),$/);
}

function make(file, text) {
  if (existsSync(file)) {
    console.error(`cannot make ${file}: it is there already`);
    process.exit(2);
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  made.push(file);
  console.log(`made ${file}`);
}

/** Puts a line among those of its kind, in their order. */
function addLine(file, line, kin) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const keyOf = (one) => kin.exec(one)?.[1];
  const own = keyOf(line) ?? '';
  const after = lines.findLastIndex((one) => {
    const key = keyOf(one);
    return key !== undefined && key < own;
  });
  const first = lines.findIndex((one) => keyOf(one) !== undefined);
  lines.splice(after < 0 ? first : after + 1, 0, line);
  writeFileSync(file, lines.join('\n'));
  console.log(`changed ${file}`);
}
