import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { captureOutput } from '../../src/transport/capture.ts';
import { type Frame, makeFrame, readFrame } from '../../src/transport/frame.ts';

/** Feeds bytes in pieces cut at the given places, and returns what the reader made of them. */
function read(frame: Frame, bytes: Buffer, cuts: readonly number[]) {
  const body: Buffer[] = [];
  const reader = readFrame(frame, (chunk) => body.push(Buffer.from(chunk)));
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, bytes.length]) {
    reader.push(bytes.subarray(from, place));
    from = place;
  }
  return { reader, body: Buffer.concat(body) };
}

/** Bytes as a hostile program might print them: anything, and pieces of the frame itself, but not the word nobody knows. */
const hostileBytes = (frame: Frame) =>
  fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        fc.nat(frame.end.length - 1).map((size) => Buffer.from(frame.end.slice(0, size))),
        fc.nat(frame.start.length - 1).map((size) => Buffer.from(frame.start.slice(0, size))),
        fc
          .constantFrom('@@gatdeploy-end-0123 0\n', '\0', '\r\n', '\u001b]0;owned\u0007')
          .map((text) => Buffer.from(text)),
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.concat(parts))
    .filter((bytes) => !bytes.includes(frame.start) && !bytes.includes(frame.end));

describe('a frame', () => {
  test('gives back exactly the bytes between its marks, however they are cut', () => {
    const frame = makeFrame();
    fc.assert(
      fc.property(
        hostileBytes(frame),
        hostileBytes(frame),
        fc.array(fc.nat(600), { maxLength: 20 }),
        (noise, own, cuts) => {
          const bytes = Buffer.concat([noise, Buffer.from(frame.start), own, Buffer.from(`${frame.end}7\n`)]);
          const { reader, body } = read(frame, bytes, cuts);
          expect(body.equals(own)).toBe(true);
          expect(reader.status).toEqual({ code: 7 });
          expect(reader.started).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('ignores whatever comes after its end, such as a forged second one', () => {
    const frame = makeFrame();
    const { reader, body } = read(frame, Buffer.from(`${frame.start}a${frame.end}0\n${frame.end}1\nb`), []);
    expect([String(body), reader.status]).toEqual(['a', { code: 0 }]);
  });

  test('tells a script that never started, and keeps what was said instead', () => {
    const frame = makeFrame();
    const { reader } = read(frame, Buffer.from(`This account is not available.\n${frame.end}sudo-missing\n`), [9]);
    expect([reader.started, reader.status, reader.noise]).toEqual([
      false,
      { failure: 'sudo-missing' },
      'This account is not available.\n',
    ]);
  });

  test('hands over bytes that only looked like its end when the stream breaks off', () => {
    const frame = makeFrame();
    const body: string[] = [];
    const reader = readFrame(frame, (chunk) => body.push(String(chunk)));
    reader.push(Buffer.from(`${frame.start}last words @@gatdeploy-en`));
    reader.flush();
    expect(body.join('')).toBe('last words @@gatdeploy-en');
    expect(reader.status).toBeUndefined();
  });

  test('keeps no more than 4 KiB of noise', () => {
    const reader = readFrame(makeFrame(), () => {});
    for (let i = 0; i < 100; i++) reader.push(Buffer.alloc(10_000, 'x'));
    expect(reader.noise.length).toBeLessThanOrEqual(4096);
  });
});

describe('a capture', () => {
  test('keeps everything up to its limit', () => {
    const capture = captureOutput(10);
    for (const piece of ['abc', 'defg', 'hij']) capture.push(Buffer.from(piece));
    expect([String(capture.bytes()), capture.truncated]).toEqual(['abcdefghij', false]);
  });

  test('keeps the beginning and the end of what is longer, whatever the pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 60 }),
        (pieces) => {
          const capture = captureOutput(40);
          for (const piece of pieces) capture.push(Buffer.from(piece));
          const whole = Buffer.from(pieces.join(''));
          const missing = whole.length - 40;
          expect(capture.truncated).toBe(missing > 0);
          const note = Buffer.from(`\n[${missing} bytes left out]\n`);
          const expected = missing > 0 ? Buffer.concat([whole.subarray(0, 20), note, whole.subarray(-20)]) : whole;
          expect(capture.bytes().equals(expected)).toBe(true);
        },
      ),
    );
  });
});
