/** All errors about inventories and host patterns. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';
import type { Host } from './model.ts';

export const inventoryUnparsed = (position: Position, why: string) =>
  new GatError({
    code: 'inventory/unparsed',
    what: `cannot read the inventory ${position.file}`,
    where: position,
    why,
  });

export const inventoryMissing = (position: Position) =>
  new GatError({
    code: 'inventory/unparsed',
    what: `cannot read the inventory ${position.file}`,
    where: position,
    why: 'there is no such file',
    fix: 'name the inventory with -i, or in ansible.cfg under [defaults]: inventory = hosts',
  });

export const scriptRefused = (position: Position) =>
  new GatError({
    code: 'inventory/program',
    what: `cannot read the inventory ${position.file}: it is a program`,
    where: position,
    why: 'programs of a repository run only when you allow it',
    fix: 'add --allow-inventory-scripts if you trust it',
  });

export const badPattern = (why: string) =>
  new GatError({ code: 'inventory/pattern', what: 'cannot select hosts', why });

export const limitFile = (pattern: string) =>
  new GatError({
    code: 'inventory/limit-file',
    what: `cannot read the limit ${pattern}`,
    why: 'behind the @ stands no file with one pattern a line',
  });

export const unknownPattern = (pattern: string, near: string | undefined) =>
  new GatError({
    code: 'inventory/no-hosts',
    what: `cannot find any host for ${pattern}`,
    why: 'no host and no group of the inventory matches it',
    fix: near === undefined ? 'list what there is:\ngatdeploy inventory --graph' : `did you mean ${near}?`,
  });

/** The warning for a project without any inventory. */
export const inventoryNothing =
  'there is no inventory: neither -i nor ansible.cfg names one; only localhost is known';

type Known = { readonly hosts: ReadonlyMap<string, Host>; readonly failures: readonly GatError[] };

/** A host that no source names; `failures` are the sources that could not be read. */
export const unknownHost = (name: string, { hosts, failures }: Known) => {
  const near = didYouMean(name, hosts.keys());
  const [unread] = failures;
  return new GatError({
    code: 'inventory/unknown-host',
    what: `cannot find the host ${name} in the inventory`,
    ...(unread && { why: `a part of it was not read: ${[unread.what, unread.why].filter(Boolean).join(': ')}` }),
    fix: near === undefined ? 'list what there is:\ngatdeploy inventory --graph' : `did you mean ${near}?`,
  });
};

export const inventoryBroken = (why: string) =>
  new GatError({ code: 'inventory/broken', what: 'cannot put the groups of the inventory in order', why });
