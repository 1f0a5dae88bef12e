/** Keeps the output of a script in bounded memory: the beginning and the end of what is too long. */

/** Collects one stream. */
export type Capture = {
  push(chunk: Buffer): void;
  /** All of it, or its beginning, a line that says how much is left out, and its end. */
  bytes(): Buffer;
  readonly truncated: boolean;
};

/** Makes a capture that keeps at most `maxBytes`, half of them from the beginning. */
export function captureOutput(maxBytes: number): Capture {
  const half = Math.max(1, Math.floor(maxBytes / 2));
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let leftOut = 0;

  const trimTail = () => {
    // Joined only when twice as much as needed has come, so that each byte is copied a bounded number of times.
    if (tailBytes <= 2 * half) return;
    const joined = Buffer.concat(tail);
    leftOut += joined.length - half;
    tail = [Buffer.from(joined.subarray(-half))];
    tailBytes = half;
  };
  const pushTail = (chunk: Buffer) => {
    if (chunk.length === 0) return;
    tail.push(chunk);
    tailBytes += chunk.length;
    trimTail();
  };

  return {
    push(chunk) {
      const room = Math.min(chunk.length, half - headBytes);
      if (room > 0) head.push(chunk.subarray(0, room));
      headBytes += room;
      pushTail(chunk.subarray(room));
    },
    bytes() {
      const end = Buffer.concat(tail);
      const missing = leftOut + Math.max(0, end.length - half);
      if (missing === 0) return Buffer.concat([...head, end]);
      return Buffer.concat([...head, Buffer.from(`\n[${missing} bytes left out]\n`), end.subarray(-half)]);
    },
    get truncated() {
      return leftOut > 0 || tailBytes > half;
    },
  };
}
