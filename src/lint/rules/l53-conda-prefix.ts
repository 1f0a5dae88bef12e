/** L53: paths of conda's environments are short enough. */
import { itemsOf, part, textOf } from '../facts/tree.ts';
import type { Rule } from '../rule.ts';

/** The first line of a script may have 127 characters; environments and programs have names of up to 60. */
const LONGEST = 66;

export const condaPrefix: Rule = {
  id: 'L53',
  severity: 'W',
  title: "conda's prefix on Pulsar is short",
  why: 'Scripts that conda installs begin with the path of their interpreter, which Linux cuts off: tools fail with "bad interpreter".',
  fix: 'Choose a shorter `pulsar_root`, or set `prefix` of the resolver to a short path.',
  check: ({ pulsars }) =>
    pulsars.flatMap(({ view, options, placeOf }) => {
      const resolvers = itemsOf(part(options.get('dependency_resolution'), 'resolvers'));
      const conda = resolvers.find((one) => textOf(part(one, 'type')) === 'conda');
      const prefix =
        textOf(part(conda, 'prefix')) ??
        textOf(options.get('conda_prefix')) ??
        `${textOf(options.get('tool_dependency_dir')) ?? ''}/_conda`;
      if (!conda || prefix.length <= LONGEST) return [];
      return [
        {
          message: `conda's prefix on ${view.host}, ${prefix}, has ${prefix.length} characters; expected no more than ${LONGEST}`,
          at: [part(conda, 'prefix')?.position ?? view.valueAt('pulsar_root') ?? placeOf('tool_dependency_dir')],
          fix: 'prefix: /opt/conda',
          hosts: [view.host],
        },
      ];
    }),
};
