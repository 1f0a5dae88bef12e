/** Markup whose every part that is not written here is text: nothing of a project or a host becomes a tag or an attribute. */
import { neutralise, neutralLines } from '../../neutral.ts';

/** Markup that may stand in a page as it is. */
export type Markup = { readonly markup: string };

type Part = string | number | Markup | readonly Markup[] | undefined;

/** Makes markup; texts that are put in are masked, freed of control characters and escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, index) => text + renderPart(parts[index])).join('') };
}

/** A text of several lines, as markup. */
export function lines(text: string): Markup {
  return { markup: neutralLines(text).map(escapeText).join('\n') };
}

/** Nothing. */
export const nothing: Markup = { markup: '' };

function renderPart(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(neutralise(part));
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((one) => one.markup).join('');
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'`=]/g, (char) => `&#${char.charCodeAt(0)};`);
}
