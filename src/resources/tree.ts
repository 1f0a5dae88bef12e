/** Owner, group and mode of a path that somebody else makes, or of all that is below a directory. See find(1). */
import { nothing, type Script, sh, steps } from '../base/shell.ts';
import type { Attributes } from './attributes.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';
import { checkPath } from './paths.ts';

export type TreeProps = CommonProps &
  Attributes & {
    /** Just the path itself; where it is a link, what it leads to. */
    readonly top?: boolean;
    /** The link itself, not what it leads to. */
    readonly link?: boolean;
    /** A path that isn't there is as good as one that has the attributes. */
    readonly optional?: boolean;
  };

/** Prints for each path how many below it differ, or nothing when the path isn't there. */
const probe: Probe<TreeProps> = {
  name: 'trees',
  script: (items) =>
    steps(
      ...items.map(
        ({ name, props }, index) => sh`if ${isThere(name, props)}; then
printf '%s %s\n' ${index} "$({ ${nobody(props)}find ${found(name, props)} ${wrong(props)} -print 2>/dev/null; } | wc -l)"
${props.optional ? sh`else printf '%s 0\n' ${index}\n` : nothing}fi`,
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
    const where = found(name, props);
    const itself = props.top && !props.link ? [] : ['-h'];
    const owner = `${props.owner ?? ''}${props.group === undefined ? '' : `:${props.group}`}`;
    return steps(
      // What was missing when it was looked for may have been made since.
      !before && sh`${isThere(name, props)} || { echo ${`${name} does not exist`} >&2; exit 1; }`,
      owner !== '' && sh`find ${where} -exec chown ${itself} -- ${owner} {} +`,
      props.mode !== undefined && sh`find ${where} ! -type l -exec chmod -- ${props.mode} {} +`,
    );
  },
});

/** What find(1) looks at. */
function found(name: string, { top, link }: TreeProps): readonly string[] {
  return top ? [...(link ? [] : ['-H']), name, '-maxdepth', '0'] : [name];
}

function isThere(name: string, { link }: TreeProps): Script {
  return link ? sh`test -L ${name}` : sh`test -e ${name}`;
}

/** A user or group that nobody has yet owns nothing: find(1) would print nothing for it, as if all were well. */
function nobody({ owner, group }: Attributes): Script {
  const names = [
    ...(owner === undefined || /^\d+$/.test(owner) ? [] : [sh`getent passwd ${owner}`]),
    ...(group === undefined || /^\d+$/.test(group) ? [] : [sh`getent group ${group}`]),
  ];
  return names.reduce((all, one) => sh`${all}${one} >/dev/null || echo; `, nothing);
}

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
