/** What Ansible's template module and the lookup `template` add to the variables of a template. */
import type { LookupAccess } from './lookups/access.ts';
import { fieldsOfEpoch, makeDatetime } from './python/date.ts';
import { formatTime } from './python/strftime.ts';
import type { PyValue } from './python/value.ts';

export type TemplateSource = {
  /** The file, absolute. */
  readonly file: string;
  /** The same as the user wrote it. */
  readonly written: string;
  /** What is written by it, where that is known. */
  readonly destination?: string;
};

const MANAGED = 'Ansible managed';

/** The variables of a template; `ansible_managed` only where nobody has set it. */
export function templateVariables(
  { file, written, destination }: TemplateSource,
  access: LookupAccess,
  isSet: (name: string) => boolean,
): Map<string, PyValue> {
  const state = access.stat?.(file);
  const host = access.machine ?? '';
  const owner = state?.uid === undefined ? '' : (access.userName?.(state.uid) ?? state.uid);
  const changed = state?.modified ?? access.now();
  const variables = new Map<string, PyValue>([
    ['template_host', host],
    ['template_path', written],
    ['template_mtime', moment(changed)],
    ['template_uid', typeof owner === 'number' ? BigInt(owner) : owner],
    ['template_run_date', moment(access.now())],
    ['template_destpath', destination ?? null],
    ['template_fullpath', file],
  ]);
  if (!isSet('ansible_managed')) {
    const given = { host, uid: String(owner), file: written };
    variables.set('ansible_managed', managedBy(access.managed ?? MANAGED, given, changed));
  }
  return variables;
}

/** Python's `str.format` with these names, then strftime. */
function managedBy(text: string, given: Readonly<Record<string, string>>, changed: number): string {
  const filled = text.replace(/\{\{|\}\}|\{(host|uid|file)\}/g, (all, name?: string) =>
    name === undefined ? all.charAt(0) : (given[name] ?? ''),
  );
  return formatTime(filled, local(changed));
}

const local = (milliseconds: number) =>
  fieldsOfEpoch(Math.round((milliseconds / 1000) * 1e6), -new Date(milliseconds).getTimezoneOffset());

const moment = (milliseconds: number) => makeDatetime({ ...local(milliseconds), offset: undefined });
