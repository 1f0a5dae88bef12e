import { expect, test } from 'vitest';
import { drawLine, hanging, type Line, span } from '../../src/report/line.ts';

const LONG = 'file[/etc/systemd/system/pulsar-staging-cleanup.service]';

test.each<[string, Line, number, readonly string[]]>([
  ['stays one where it fits', ['  ', span('good', 'done'), '  ok'], 80, ['  done  ok']],
  [
    'keeps its indentation, and fills its first line',
    ['  ', span('good', 'done       '), LONG, span('dim', '  create, 0.1 s')],
    80,
    [`  done       ${LONG}  create,`, '               0.1 s'],
  ],
  [
    'goes on below its beginning, word by word',
    [
      'host | ',
      span('warn', 'warning'),
      ': Galaxy itself is not installed on this host, its user and folders are',
    ],
    40,
    [
      'host | warning: Galaxy itself is not',
      '               installed on this host,',
      '               its user and folders are',
    ],
  ],
  [
    'counts wide characters as two columns, and spelt ones as they are spelt',
    ['  done       ', span('strong', 'command[日本語のタスク 👩\u200d🔬 é] is'), ' done'],
    40,
    ['  done       command[日本語のタスク', '               👩\\u{200d}🔬 é] is done'],
  ],
])('a line that %s', (_title, line, width, expected) =>
  expect(hanging(line, width, 15).map((one) => drawLine(one))).toEqual(expected),
);
