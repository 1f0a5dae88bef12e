/** All errors about the syntax and values of YAML files. */
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';

export const yamlSyntax = (position: Position, detail: string, fix?: string) =>
  new GatError({
    code: 'yaml/syntax',
    what: `cannot parse ${position.file}: ${detail}`,
    where: position,
    ...(fix === undefined ? {} : { fix }),
  });

export const yamlValue = (position: Position, detail: string, why?: string, fix?: string) =>
  new GatError({
    code: 'yaml/value',
    what: `cannot read a value of ${position.file}: ${detail}`,
    where: position,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  });

export const yamlTag = (position: Position, tag: string, suggestion: string | undefined) =>
  new GatError({
    code: 'yaml/unknown-tag',
    what: `cannot read a value of ${position.file}: the tag ${tag} is unknown`,
    where: position,
    why: "Ansible knows !vault, !unsafe and YAML's own tags",
    ...(suggestion === undefined ? {} : { fix: `did you mean ${suggestion}?` }),
  });

export const yamlLimit = (position: Position, detail: string) =>
  new GatError({
    code: 'yaml/limit',
    what: `cannot read ${position.file}: ${detail}`,
    where: position,
    why: 'a limit protects against files that are made to fill the memory',
  });
