/** Owner, group and mode of a path that somebody else makes, or of all that is below a directory. See find(1). */
import { type Script, sh, steps } from '../base/shell.ts';
import type { Attributes } from './attributes.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';
import { checkPath } from './paths.ts';

export type TreeProps = CommonProps &
  Attributes & {
    /** Just the path itself. */
    readonly top?: boolean;
  };

/** Prints for each path how many below it differ, or nothing when the path isn't there. */
const probe: Probe<TreeProps> = {
  name: 'trees',
  script: (items) =>
    steps(
      ...items.map(
        ({ name, props }, index) => sh`if test -e ${name}; then
printf '%s %s\n' ${index} "$(find ${name} ${props.top ? ['-maxdepth', '0'] : []} ${wrong(props)} -print 2>/dev/null | wc -l)"; fi`,
      ),
      sh`true`,
    ),
  parse: (stdout, items) =>
    new Map(
      stdout.split('\n').flatMap((line): [string, Observed][] => {
        const [index = '', count] = line.split(' ');
        const item = items[Number(index)];
        return item && count !== undefined ? [[item.name, { others: Number(count) }]] : [];
      }),
    ),
};

/** Sets attributes of what is there already. */
export const tree = defineKind<TreeProps>({
  kind: 'tree',
  probe,
  sideEffects: true,
  desired(_props, name): State {
    checkPath(name);
    return { others: 0 };
  },
  touches: (props, name) => ({
    uses: [name],
    users: props.owner === undefined ? [] : [props.owner],
    groups: props.group === undefined ? [] : [props.group],
  }),
  // What comes before may make anything below it, so it is looked at again after any change.
  reacts: () => [{ key: 'others', to: [] }],
  loadables: (props, path) => (props.top ? [{ type: 'file', path }] : []),
  apply({ name, props, before }) {
    const depth = props.top ? ['-maxdepth', '0'] : [];
    const owner = `${props.owner ?? ''}${props.group === undefined ? '' : `:${props.group}`}`;
    return steps(
      // What was missing when it was looked for may have been made since.
      !before && sh`test -e ${name} || { echo ${`${name} does not exist`} >&2; exit 1; }`,
      owner !== '' && sh`find ${name} ${depth} -exec chown -h -- ${owner} {} +`,
      props.mode !== undefined && sh`find ${name} ${depth} ! -type l -exec chmod -- ${props.mode} {} +`,
    );
  },
});

/** The condition of find(1) for what differs. */
function wrong({ owner, group, mode }: Attributes): Script {
  const tests = [
    ...(owner === undefined ? [] : [sh`! -user ${owner}`]),
    ...(group === undefined ? [] : [sh`! -group ${group}`]),
    ...(mode === undefined ? [] : [sh`! -type l ! -perm ${mode}`]),
  ];
  if (tests.length === 0) return sh`-false`;
  return sh`'(' ${tests.reduce((all, one) => sh`${all} -o ${one}`)} ')'`;
}
