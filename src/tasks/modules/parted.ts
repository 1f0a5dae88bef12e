/** parted: the partitions of a disk. */
import { sh } from '../../base/shell.ts';
import { Float, type Scalar, type Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import { aptPackage, command } from '../../resources/index.ts';
import type { Result } from '../action.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { badParameter } from '../errors.ts';
import { dict, failed, reading, result } from './read.ts';

/** `parted`: partitions are made where there is no such number; what is there is never moved, and a table never replaced. */
export const partedModule = defineModule({
  name: 'community.general.parted',
  params: {
    device: { type: 'path', required: true },
    number: { type: 'int' },
    state: { type: 'str', choices: ['info', 'present', 'absent'] },
    unit: { type: 'str' },
    label: { type: 'str' },
    part_type: { type: 'str', choices: ['primary', 'extended', 'logical'] },
    part_start: { type: 'str' },
    part_end: { type: 'str' },
    name: { type: 'str' },
    flags: { type: 'list' },
    fs_type: { type: 'str' },
    align: { type: 'str', choices: ['none', 'cylinder', 'minimal', 'optimal', 'undefined'] },
    resize: { type: 'bool', refused: 'a partition that is there keeps its size' },
  },
  run(args, context): Action {
    const { device = '', number, state = 'info', unit = 'KiB', align = 'optimal' } = args;
    const parted = sh`parted -s -m -a ${align} ${device}`;
    if (state === 'info')
      return reading(sh`${parted} unit ${unit} print 2>&1`, context.user, (output) =>
        tableOf(output, device, unit),
      );
    if (number === undefined)
      throw badParameter(context.position, 'parted', 'number', 'which partition is meant?');
    const tool = aptPackage('parted', {});
    const isThere = sh`${parted} print 2>/dev/null | grep -q ${`^${number}:`}`;
    const step = { after: [tool] };
    if (state === 'absent')
      return declare([
        tool,
        command(context.title, { ...step, run: sh`${parted} rm ${number}`, unless: sh`! ${isThere}` }),
      ]);
    const run = sh`${parted} print >/dev/null 2>&1 || ${parted} mklabel ${args.label ?? 'msdos'}
${parted} ${partition(args)}
udevadm settle --timeout=10 2>/dev/null || :`;
    return declare([tool, command(context.title, { ...step, run, unless: isThere })]);
  },
});

type Wanted = {
  readonly number: number | undefined;
  readonly part_type: string | undefined;
  readonly part_start: string | undefined;
  readonly part_end: string | undefined;
  readonly name: string | undefined;
  readonly flags: readonly string[] | undefined;
  readonly fs_type: string | undefined;
};

function partition(args: Wanted): readonly string[] {
  const number = String(args.number);
  return [
    'mkpart',
    args.part_type ?? 'primary',
    ...(args.fs_type === undefined ? [] : [args.fs_type]),
    args.part_start ?? '0%',
    args.part_end ?? '100%',
    ...(args.name === undefined ? [] : ['name', number, args.name]),
    ...(args.flags ?? []).flatMap((flag) => ['set', number, flag, 'on']),
  ];
}

/** Parses `/dev/vdb:20.0GiB:virtblk:512:512:gpt:Virtio Block Device:;`, then `1:0.00GiB:20.0GiB:20.0GiB:ext4::;` lines. */
function tableOf(output: RunOutput, device: string, unit: string): Result {
  const isBlank = /unrecognised disk label/.test(output.stdout);
  if (output.code !== 0 && !isBlank) return failed({ ...output, stderr: output.stdout }, `cannot read ${device}`);
  const rows = output.stdout.split('\n').map((line) => line.replace(/;$/, '').split(':'));
  const disk = rows.find(([name]) => name === device) ?? [device, '0', '', '0', '0', 'unknown', ''];
  const partitions = rows.filter(([number = '']) => /^\d+$/.test(number)).map((row) => partitionOf(row, unit));
  const [, size = '0', , logical, physical, table = 'unknown', model = ''] = disk;
  return result({
    disk: dict({
      dev: device,
      size: sizeOf(size),
      unit: unit.toLowerCase(),
      table,
      model,
      logical_block: Number(logical),
      physical_block: Number(physical),
    }),
    partitions,
    script: `unit ${unit} print`,
  });
}

function partitionOf(row: readonly string[], unit: string): ReadonlyMap<Scalar, Value> {
  const [number, begin = '0', end = '0', size = '0', fstype = '', name = '', flags = ''] = row;
  return dict({
    num: Number(number),
    begin: sizeOf(begin),
    end: sizeOf(end),
    size: sizeOf(size),
    unit: unit.toLowerCase(),
    fstype,
    name,
    flags: flags.split(', ').filter(Boolean),
  });
}

function sizeOf(text: string): Float {
  return new Float(Number.parseFloat(text));
}
