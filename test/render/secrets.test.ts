/** Secrets stay secret through templates: what is shown never holds one, what is written does. */
import { describe, expect, test } from 'vitest';
import type { Node, Scope } from '../../src/base/node.ts';
import { Secret } from '../../src/base/secret.ts';
import { createTemplar } from '../../src/render/templar.ts';

const position = { file: 'group_vars/all.yml', line: 3, column: 7 };
const scalar = (value: string | number | Secret, template = true): Node => ({
  kind: 'scalar',
  value,
  position,
  template,
});

const variables = new Map<string, Node>([
  ['password', scalar(new Secret('hunter2'), false)],
  ['user', scalar('galaxy')],
  ['url', scalar('amqp://{{ user }}:{{ password }}@host/v')],
  [
    'both',
    {
      kind: 'dict',
      position,
      entries: new Map([
        ['name', scalar('{{ user }}')],
        ['word', scalar('{{ password }}')],
      ]),
    },
  ],
  ['json', scalar(new Secret('{"a": "deep"}'), false)],
]);
const scope: Scope = { lookup: (name) => variables.get(name), names: () => variables.keys() };
const templar = createTemplar({ scope });
const evaluate = (text: string) => templar.evaluate(scalar(text));

describe('a template with a secret', () => {
  test.each([
    ['{{ password }}', 'hunter2', '***'],
    ['{{ url }}', 'amqp://galaxy:hunter2@host/v', 'amqp://galaxy:***@host/v'],
    ['{{ "x" ~ password ~ 1 }}', 'xhunter21', 'x***1'],
    ['{{ "x" + password }}', 'xhunter2', 'x***'],
    ['{{ [user, password] | join(",") }}', 'galaxy,hunter2', 'galaxy,***'],
    ['{{ "%s:%s" % (user, password) }}', 'galaxy:hunter2', 'galaxy:***'],
    ['{{ "{}!".format(password) }}', 'hunter2!', '***!'],
    ['{{ both | to_json }}', '{"name": "galaxy", "word": "hunter2"}', '{"name": "galaxy", "word": "***"}'],
    ['{{ both | to_nice_yaml }}', 'name: galaxy\nword: hunter2\n', "name: galaxy\nword: '***'\n"],
    ['{{ password | b64encode }}', 'aHVudGVyMg==', '***'],
    ['{{ password | hash("md5") }}', '2ab96390c7dbe3439de74d0c9b0b1767', '***'],
    ['{{ password[0:3] }}', 'hun', '***'],
    ['{{ password | regex_replace("2", "3") }}', 'hunter3', '***'],
    ['{{ password.split("t")[0] }}', 'hun', '***'],
    ['{{ (json | from_json).a }}', 'deep', '***'],
    ['{{ user | replace("galaxy", password) }}', 'hunter2', '***'],
    ['{% for c in password %}{{ c }}{% endfor %}', 'hunter2', '*********************'],
    ['{{ both.word | default("x") }}', 'hunter2', '***'],
    ['{{ password if true else user }}', 'hunter2', '***'],
    ['{{ {"k": password}.values() | first }}', 'hunter2', '***'],
  ])('%s shows only the rest', (text, real, shown) => {
    const value = evaluate(text);
    expect(value).toBeInstanceOf(Secret);
    if (!(value instanceof Secret)) return;
    expect(value.reveal()).toBe(real);
    expect(String(value)).toBe(shown);
  });

  test('stays public where no secret went in', () => {
    expect(evaluate('{{ both.name | upper }}')).toBe('GALAXY');
    expect(evaluate('{{ [password, user] | last }}')).toBe('galaxy');
    expect(evaluate('{{ password | length }}')).toBe(7);
    expect(evaluate('{{ password == "hunter2" }}')).toBe(true);
  });

  test('makes a template file secret, all but its secret shown', () => {
    const text = templar.renderTemplate('user={{ user }}\npass={{ password }}\n', 'templates/x.j2');
    expect(String(text)).toBe('user=galaxy\npass=***\n');
    expect(text instanceof Secret && text.reveal()).toBe('user=galaxy\npass=hunter2\n');
  });

  test.each([
    '{{ password | int("x", "y") }}',
    '{{ password | from_json }}',
    '{{ 1 | random(seed=password) + password }}',
    '{{ password.index("q") }}',
    '{{ {"a": 1}[password] }}',
    '{{ password + 1 }}',
    '{{ password is version("1.0", "strict") }}',
    '{{ [1].index(password) }}',
    '{{ lookup("vars", password) }}',
    '{{ password | regex_search("(") }}',
    '{{ "{x}".format(y=password) }}',
  ])('%s fails without telling the secret', (text) => {
    let message = '';
    try {
      evaluate(text);
    } catch (error) {
      message = `${String(error)} ${error instanceof Error && error.cause instanceof Error ? error.cause.message : ''}`;
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('hunter2');
  });
});

describe('text that nobody wrote as a template', () => {
  const facts = new Map<string, Node>([
    ['fact', scalar('{{ user }} {% for %}', false)],
    ['through', scalar('{{ fact }}')],
    ['again', scalar('{{ through | default(fact) }}')],
    ['user', scalar('galaxy')],
    ['list', { kind: 'list', position, items: [scalar('{{ user }}', false)] }],
  ]);
  const hostile = createTemplar({ scope: { lookup: (name) => facts.get(name), names: () => facts.keys() } });
  test.each(['{{ fact }}', '{{ through }}', '{{ again }}', '{{ fact | upper | lower }}'])(
    '%s stays as it is',
    (text) => {
      expect(hostile.evaluate(scalar(text))).toBe('{{ user }} {% for %}');
    },
  );
  test('stays as it is in lists, loops, template files and lookups', () => {
    expect(hostile.evaluate(scalar('{% for i in list %}{{ i }}{% endfor %}'))).toBe('{{ user }}');
    expect(hostile.renderTemplate('{{ fact }}', 'x.j2')).toBe('{{ user }} {% for %}');
    expect(hostile.evaluate(scalar("{{ lookup('items', fact) }}"))).toBe('{{ user }} {% for %}');
    expect(() => hostile.condition('{{ fact }}', position)).toThrow('must not be made by a template');
  });
});
