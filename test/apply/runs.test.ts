import { expect, test } from 'vitest';
import { parseJournal } from '../../src/apply/journal.ts';
import { pastRuns } from '../../src/apply/runs.ts';

const galaxy = parseJournal(
  '100\ta1\tbegin\tann@laptop, gatdeploy apply galaxy\n101\ta1\tdone\tpackage[nginx]\tcreate\n109\ta1\tfailed\tservice[nginx.service]\texit 1\n200\tb2\tbegin\tbob@ci\n',
);
const pulsar = parseJournal(
  '99\ta1\tbegin\tann@laptop, gatdeploy apply galaxy\n120\ta1\tdone\tuser[pulsar]\tcreate\n',
);

test('runs are put together from all hosts, the latest first', () =>
  expect(
    pastRuns(
      new Map([
        ['g', galaxy],
        ['p', pulsar],
      ]),
    ),
  ).toEqual([
    { run: 'b2', at: 200, until: 200, who: 'bob@ci', hosts: [{ host: 'g', done: 0, failed: 0, steps: [] }] },
    {
      run: 'a1',
      at: 99,
      until: 120,
      who: 'ann@laptop, gatdeploy apply galaxy',
      hosts: [
        {
          host: 'g',
          done: 1,
          failed: 1,
          steps: [
            { subject: 'package[nginx]', summary: 'create', failed: false },
            { subject: 'service[nginx.service]', summary: 'exit 1', failed: true },
          ],
        },
        { host: 'p', done: 1, failed: 0, steps: [{ subject: 'user[pulsar]', summary: 'create', failed: false }] },
      ],
    },
  ]));

test('no journal is no run', () => expect(pastRuns(new Map([['g', []]]))).toEqual([]));
