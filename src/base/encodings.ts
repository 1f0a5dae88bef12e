/** The forms in which tools print a text: encoded, escaped, quoted. */

/** The width at which base64(1) and MIME break lines, and that of PEM. */
const BASE64_WIDTHS = [76, 64];

/** A text as it is and in each form that may show it; no duplicates, none shorter than five characters. */
export function encodedForms(text: string): readonly string[] {
  const forms = [text, ...urlForms(text), ...escapedForms(text), ...shellForms(text), ...base64Forms(text)];
  return [...new Set(forms)].filter((form) => form.length >= 5);
}

/** RFC 3986 as JavaScript and as Python do it, and the form of a query, with upper- and lower-case digits. */
function urlForms(text: string): readonly string[] {
  const plain = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
  const strict = plain.replace(/[!'()*]/g, percent);
  const forms = [plain, strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')];
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Inside the quotes of JSON (also all in ASCII, also safe for HTML), YAML and Python; inside XML. */
function escapedForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, unicode);
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    json,
    ascii,
    ascii.replace(/[<>&']/g, unicode),
    json.replaceAll('/', '\\/'),
    text.replaceAll("'", "''"),
    json.replaceAll('\\"', '"').replaceAll("'", "\\'"),
    xml,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    xml.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
  ];
}

function unicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Inside single quotes as this program and Python write them, inside double quotes, and with backslashes. */
function shellForms(text: string): readonly string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[\\$`"]/g, '\\$&'),
    text.replace(/[^\w@%+=:,./-]/g, '\\$&'),
  ];
}

/** Alone, and as part of a longer text (`user:password`), where it may begin at each of three places. */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.toString('base64');
  const parts = [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const head = offset === 0 ? 0 : offset + 1;
    const tail = (offset + bytes.length) % 3 === 0 ? 0 : encoded.endsWith('==') ? 3 : 2;
    const core = encoded.slice(head, encoded.length - tail);
    return [encoded.slice(head), encoded.slice(head).replace(/=+$/, ''), core].filter(() => core.length >= 6);
  });
  const broken = BASE64_WIDTHS.flatMap((width) => slices(whole, width));
  const all = [whole, whole.replace(/=+$/, ''), ...parts, ...broken];
  return [...all, ...all.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function slices(text: string, width: number): readonly string[] {
  if (text.length <= width) return [];
  const parts = Array.from({ length: Math.ceil(text.length / width) }, (_, n) =>
    text.slice(n * width, (n + 1) * width),
  );
  return parts.filter((part) => part.length >= 8);
}
