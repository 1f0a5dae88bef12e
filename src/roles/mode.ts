/** File modes as Ansible users write them. */

/** A mode as octal digits: `'0640'` and `'640'` stay, the integer 416 (what YAML makes of 0640) becomes `0640`. */
export function modeOf(mode: string | number): string {
  const digits = typeof mode === 'number' ? mode.toString(8) : mode.replace(/^0o/, '');
  return digits.padStart(4, '0');
}
