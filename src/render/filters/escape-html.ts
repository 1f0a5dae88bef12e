/** Text as HTML shows it. */
import { produce } from '../limits.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** Escapes a text for HTML. @throws Fault limit */
export function escapeHtml(text: string): string {
  if (!/[&<>"']/.test(text)) return text;
  let length = 0;
  for (let at = 0; at < text.length; at++) length += ENTITIES[text.charAt(at)]?.length ?? 1;
  produce(length);
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
