/** The `ini` lookup: values of INI and Java properties files, as Python's configparser reads them. */
import { Fault, valueFault } from '../fault.ts';
import { compileRegex, searchText } from '../python/regex.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';
import { type Lookup, type Options, optionFlag, optionText } from './lookup.ts';
import { readNamedFile } from './search.ts';

type Section = Map<string, string | null>;
type Sections = Map<string, Section>;
type IniFile = { readonly sections: Sections; readonly defaults: Section };

/** The lookup; `key section=… file=…` in one term is the old form. */
export const ini: Lookup = (tools, terms, options) =>
  terms.flatMap((term) => {
    const { key, own } = splitTerm(str(term), options);
    const isProperties = optionText(own, 'type', 'ini') === 'properties';
    const section = isProperties ? 'java_properties' : optionText(own, 'section', 'global');
    const file = optionText(own, 'file', 'ansible.ini');
    const { text } = readNamedFile(tools, file, 'files');
    const parsed = parseIni(isProperties ? `[java_properties]\n${text}` : text, own);
    return valuesOf(parsed, { key, section, file }, own);
  });

/** Words of a term: the first is the key, `name=value` words are options, others belong to the word before. */
function splitTerm(term: string, options: Options): { key: string; own: Options } {
  if (!term.includes('=') && !term.trim().includes(' ')) return { key: term, own: options };
  const own = new Map<string, PyValue>(options);
  const parts = term.trim().split(/\s+(?=[a-z_]+=)/);
  const key = parts.filter((part) => !/^[a-z_]+=/.test(part)).join(' ');
  if (key === '')
    throw valueFault(`No key to look up was provided as first term within string inline options: ${term}`);
  for (const part of parts) {
    const [, name, value = ''] = /^([a-z_]+)=(.*)$/s.exec(part) ?? [];
    if (name !== undefined) own.set(name, value);
  }
  return { key, own };
}

type Place = { readonly key: string; readonly section: string; readonly file: string };

function valuesOf(parsed: IniFile, { key, section, file }: Place, options: Options): PyValue[] {
  const own = section === 'DEFAULT' ? new Map() : parsed.sections.get(section);
  if (!own) throw valueFault(`No section '${section}' in '${file}'.`);
  const all: Section = new Map([...parsed.defaults, ...own]);
  const read = (value: string | null) => (value === null ? null : interpolate(value, all, options));
  if (optionFlag(options, 're', false)) {
    const pattern = compileRegex(key);
    const names = [...all].filter(([name]) => searchText(pattern, name, 'match'));
    return names.map(([, value]) => read(value));
  }
  const name = optionFlag(options, 'case_sensitive', false) ? key : key.toLowerCase();
  const value = all.get(name);
  const found = value === undefined ? (options.get('default') ?? '') : read(value);
  return found === null ? [] : [found];
}

/** `%(name)s` stands for another value of the section, `%%` for a percent sign. */
function interpolate(value: string, all: Section, options: Options, depth = 0): string {
  if (!optionFlag(options, 'interpolation', true)) return value;
  if (depth > 10) throw new Fault('other', 'values of the file refer to one another too deeply');
  return value.replace(/%(?:%|\(([^)]+)\)s|)/g, (all_, name?: string) => {
    if (all_ === '%%') return '%';
    const other = name === undefined ? undefined : all.get(name.toLowerCase());
    if (other === undefined) throw new Fault('other', `'%' must be followed by '%' or '(name)s' in ${value}`);
    return interpolate(other ?? '', all, options, depth + 1);
  });
}

type State = { section?: Section; name?: string };

const HEADER = /^\[(.+)\]/;
const OPTION = /^(.*?)\s*(?:[=:]\s*(.*))?$/;

function parseIni(text: string, options: Options): IniFile {
  const file: IniFile = { sections: new Map(), defaults: new Map() };
  const bareAllowed = optionFlag(options, 'allow_no_value', optionFlag(options, 'allow_none', false));
  const keepCase = optionFlag(options, 'case_sensitive', false);
  const state: State = {};
  for (const line of text.split(/\r?\n/)) readLine(file, state, line, { bareAllowed, keepCase });
  for (const section of [file.defaults, ...file.sections.values()]) trimEnds(section);
  return file;
}

function readLine(file: IniFile, state: State, line: string, rules: OptionRules): void {
  const plain = line.trim();
  const isContinued = /^\s/.test(line) && state.name !== undefined;
  if (/^[#;]/.test(plain)) return;
  if (plain === '' || isContinued) append(state, plain);
  else if (HEADER.test(plain)) startSection(file, state, HEADER.exec(plain)?.[1] ?? '');
  else addOption(state, plain, rules);
}

function trimEnds(section: Section): void {
  for (const [name, value] of section) if (value !== null) section.set(name, value.trimEnd());
}

/** Indented lines go on with the value above; empty ones count inside of it. */
function append(state: State, line: string): void {
  const { section, name } = state;
  const value = name === undefined ? undefined : section?.get(name);
  if (section && name !== undefined && typeof value === 'string') section.set(name, `${value}\n${line}`);
}

function startSection(file: IniFile, state: State, name: string): void {
  if (file.sections.has(name)) throw valueFault(`section '${name}' already exists`);
  state.section = name === 'DEFAULT' ? file.defaults : new Map();
  if (name !== 'DEFAULT') file.sections.set(name, state.section);
  delete state.name;
}

type OptionRules = { readonly bareAllowed: boolean; readonly keepCase: boolean };

function addOption(state: State, line: string, rules: OptionRules): void {
  if (!state.section) throw valueFault(`File contains no section headers: '${line}'`);
  const [, written = '', value] = OPTION.exec(line) ?? [];
  if (written === '' || (value === undefined && !rules.bareAllowed))
    throw valueFault(`Source contains parsing errors: '${line}'`);
  const name = rules.keepCase ? written : written.toLowerCase();
  if (state.section.has(name)) throw valueFault(`Duplicate option '${name}'`);
  state.section.set(name, value ?? null);
  state.name = name;
}
