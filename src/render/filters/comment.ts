/** Ansible's `comment`: a text as a comment of some language. */
import { Fault } from '../fault.ts';
import { checkSize } from '../limits.ts';
import type { PyDict } from '../python/dict.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';

type Style = { readonly beginning?: string; readonly decoration: string; readonly end?: string };

const STYLES: Readonly<Record<string, Style>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

/** Decorates each line; the options are Ansible's. @throws Fault */
export function comment(text: string, styleName: string, options: PyDict): string {
  const style = Object.hasOwn(STYLES, styleName) ? STYLES[styleName] : undefined;
  if (!style)
    throw new Fault('other', `invalid style '${styleName}'; there are ${Object.keys(STYLES).join(', ')}`);
  const option = (name: string, otherwise: string): string => optionText(options.get(name), otherwise);
  const decoration = option('decoration', style.decoration);
  const around = decoration.trimEnd();
  const newline = option('newline', '\n');
  const parts = {
    beginning: option('beginning', style.beginning ?? ''),
    prefix: option('prefix', around),
    postfix: option('postfix', around),
    end: option('end', style.end ?? ''),
  };
  const counts = [Number(option('prefix_count', '1')), Number(option('postfix_count', '1'))];
  const [before = 1, after = 1] = counts.map((count) => Math.max(0, count));
  checkSize((before + after) * (around.length + 1));
  const line = parts.prefix === newline ? newline : parts.prefix + newline;
  const body = (decoration + text.replaceAll(newline, newline + decoration)).replaceAll(
    decoration + newline,
    around + newline,
  );
  return [
    parts.beginning && parts.beginning + newline,
    parts.prefix && line.repeat(before),
    body,
    (newline + parts.postfix).repeat(after),
    parts.end && newline + parts.end,
  ].join('');
}

const optionText = (value: PyValue | undefined, otherwise: string): string =>
  value === undefined ? otherwise : str(value);
