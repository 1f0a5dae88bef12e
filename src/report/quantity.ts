/** Numbers in words: times and counts. */

/** Renders a time, such as `0.4 s`, `34 s`, `2 min 4 s`, `1 h 5 min`. */
export function renderTime(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Renders a time that goes on, in whole seconds so that it stays calm. */
export function renderSeconds(ms: number): string {
  return ms < 60_000 ? `${Math.floor(ms / 1000)} s` : renderTime(ms);
}

/** Renders a count with its noun: `1 host`, `3 hosts`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
