/** What a line for pip asks for: `kombu`, `amqp==5.0.2`, `pulsar-app[web]>=0.15`, `git+https://…`. See PEP 508, PEP 503. */
import { validRange } from '@renovatebot/pep440';

export type Requirement =
  | {
      readonly kind: 'named';
      /** As PEP 503 normalises it: `pyopenssl`. */
      readonly name: string;
      readonly extras: readonly string[];
      /** `==5.0.2`, `>=5,<6`; empty for any version. */
      readonly specifiers: string;
    }
  /** A URL, a path, a marker: only pip can tell whether it is there, so a note of the installation decides. */
  | { readonly kind: 'opaque'; readonly text: string };

/** Parses a requirement. @example parseRequirement('pyOpenSSL>=23') // { kind: 'named', name: 'pyopenssl', … } */
export function parseRequirement(text: string): Requirement {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*\(?([^;@()/]*?)\)?$/.exec(
    text.trim(),
  );
  const specifiers = (match?.[3] ?? '').replace(/\s+/g, '');
  if (!match?.[1] || !(specifiers === '' || validRange(specifiers))) return { kind: 'opaque', text: text.trim() };
  const extras = (match[2] ?? '')
    .split(',')
    .map((extra) => normaliseName(extra.trim()))
    .filter(Boolean);
  return { kind: 'named', name: normaliseName(match[1]), extras, specifiers };
}

/** Normalises a distribution's name: lower case, runs of `.`, `_` and `-` as one `-`. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The key under which a requirement stands in a state. */
export function requirementKey(requirement: Requirement): string {
  return requirement.kind === 'named' ? requirement.name : requirement.text;
}

/** How a state says that a requirement is met. */
export function requirementState(requirement: Requirement): string {
  if (requirement.kind === 'opaque') return 'installed';
  const { specifiers, extras } = requirement;
  const parts = [
    ...(specifiers === '' ? [] : [specifiers]),
    ...(extras.length > 0 ? [`with ${named(extras)}`] : []),
  ];
  return parts.join(', ') || 'any version';
}

/** How a state says that a version is right, but for extras whose packages are missing. */
export function withoutExtras(version: string, missing: readonly string[]): string {
  return `${version}, without ${named(missing)}`;
}

function named(extras: readonly string[]): string {
  return `the extra${extras.length === 1 ? '' : 's'} ${extras.join(' and ')}`;
}
