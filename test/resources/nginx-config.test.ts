import { describe, expect, test } from 'vitest';
import { nginxConfig } from '../../src/resources/index.ts';
import type { CommonProps, State } from '../../src/resources/kind.ts';

const link = '/etc/nginx/sites-enabled/galaxy';
const site = nginxConfig('/etc/nginx/sites-available/galaxy', {
  content: 'server {}\n',
  enabledBy: link,
  needs: ['/etc/ssl/certs/fullchain.pem'],
});
const desired = site.kind.desired(site) as State;

const probed = (lines: readonly string[]) =>
  site.kind.probe.parse(lines.join('\n'), [{ name: site.name, props: site.props }]).get(site.name);

const file = 'regular file|444|root|root|/etc/nginx/sites-available/galaxy';
const enabled = `symbolic link|777|root|root|${link}`;
const leads = (to: string) => ['', link, to, ''];
const sum = `settings:/etc/nginx/sites-available/galaxy ${desired.content}  -`;

describe('a site as it was read', () => {
  test.each<[string, readonly string[], object | undefined]>([
    ['is as wanted', [file, enabled, ...leads('/etc/nginx/sites-available/galaxy'), sum, ''], desired],
    ['by a relative link is as wanted', [file, enabled, ...leads('../sites-available/galaxy'), sum, ''], desired],
    ['is not enabled without its link', [file, '', '', sum, ''], { ...desired, enabled: false }],
    [
      'is not enabled by a link elsewhere',
      [file, enabled, ...leads('/etc/nginx/sites-available/old'), sum, ''],
      { ...desired, enabled: false },
    ],
    [
      'is not usable without its certificate',
      [
        '@missing /etc/ssl/certs/fullchain.pem',
        file,
        enabled,
        ...leads('/etc/nginx/sites-available/galaxy'),
        sum,
        '',
      ],
      { ...desired, usable: false },
    ],
    [
      "is as wanted with the mode that newer versions of Ansible's role give some",
      [file.replace('444', '644'), enabled, ...leads('/etc/nginx/sites-available/galaxy'), sum, ''],
      desired,
    ],
    [
      'is not as wanted where others may write',
      [file.replace('444', '646'), enabled, ...leads('/etc/nginx/sites-available/galaxy'), sum, ''],
      { ...desired, mode: '0646' },
    ],
    ['is absent', ['', '', ''], undefined],
  ])('%s', (_title, lines, expected) => expect(probed(lines)).toEqual(expected));
});

test('a mode that was asked for is that very mode', () => {
  const asked = { ...site.props, mode: '0444' };
  const text = [file.replace('444', '644'), '', '', sum, ''].join('\n');
  expect(site.kind.probe.parse(text, [{ name: site.name, props: asked }]).get(site.name)).toMatchObject({
    mode: '0644',
  });
});

test.each([
  ['# another comment\n\nserver {}', true],
  ['  # indented\nserver {}\n', true],
  ['server { listen 80; }\n', false],
])('comments and empty lines make no difference: %j', (content, same) => {
  const other = nginxConfig(site.name, { ...site.props, content });
  expect((other.kind.desired(other) as State).content === desired.content).toBe(same);
});

const apply = (...resources: readonly (typeof site)[]) =>
  site.kind
    .apply(
      resources.map((one) => ({
        name: one.name,
        props: one.props as CommonProps,
        keys: new Set<string>(),
        before: one.props.absent ? {} : undefined,
        after: one.props.absent ? undefined : (one.kind.desired(one) as State),
      })),
    )
    .source.split('\n');

const first = (lines: readonly string[], part: string) => lines.findIndex((line) => line.includes(part));

describe('changes of the configuration', () => {
  const other = nginxConfig('/etc/nginx/conf.d/http_options.conf', { content: 'gzip on;\n' });
  const gone = nginxConfig('/etc/nginx/sites-enabled/default', { absent: true });

  test('are tried together, once, before any of them takes its place', () => {
    const lines = apply(site, other, gone);
    const tests = lines.filter((line) => line.includes('nginx -q -t'));
    expect(tests).toHaveLength(1);
    const tried = first(lines, 'nginx -q -t');
    for (const place of [
      'gd_commit',
      `ln -sfnT -- /etc/nginx/sites-available/galaxy ${link}`,
      'rm -f -- /etc/nginx/',
    ])
      expect(first(lines, place)).toBeGreaterThan(tried);
  });

  test('make the folders that somebody has removed, in the copy first', () => {
    const lines = apply(site);
    for (const folder of ['sites-available', 'sites-enabled']) {
      expect(lines).toContain(`mkdir -p -- "$gd_tree"/${folder}`);
      const made = first(lines, `(umask 022; mkdir -p -- /etc/nginx/sites-available /etc/nginx/sites-enabled)`);
      expect(made).toBeGreaterThan(first(lines, 'nginx -q -t'));
    }
  });

  test('put sites without a certificate aside, in the copy first', () => {
    const aside = nginxConfig('/etc/nginx/sites-available/redirect-ssl', {
      content: 'x',
      putAside: [{ link, files: ['/etc/ssl/certs/fullchain.pem'] }],
    });
    const lines = apply(aside);
    const tried = first(lines, 'nginx -q -t');
    expect(first(lines, 'rm -f -- "$gd_tree"/sites-enabled/galaxy')).toBeLessThan(tried);
    expect(first(lines, `rm -f -- ${link}`)).toBeGreaterThan(tried);
  });
});
