/** Powers and logarithms to the last digit, as C's library makes them; those of the JavaScript engine are often off by one there. */

/** Fractions are integers with so many binary digits behind the point. */
const DIGITS = 192n;
const ONE = 1n << DIGITS;
/** The logarithm of 2 as twice the area tangent of 1/3. */
const LN2 = 2n * areaTangent(ONE / 3n);

/** The natural logarithm of a positive number. */
export function naturalLog(x: number): number {
  return isOrdinary(x) ? toNumber(fixedLog(x), 0n) : Math.log(x);
}

/** The logarithm to the base 10, from the natural one and two parts of the logarithm of 2, as C's library reckons it. */
export function decimalLog(x: number): number {
  if (!isOrdinary(x)) return Math.log10(x);
  const { fraction, exponent } = parts(x);
  // A number in [1, 2), or in [0.5, 1) below one, so that both parts have one sign.
  const shift = exponent < 0 ? 1 : 0;
  const power = exponent + shift;
  return (
    power * 3.694239077158931e-13 + Math.LOG10E * naturalLog(fraction * 2 ** -shift) + power * 0.30102999566361177
  );
}

/** A number raised to a power. */
export function power(x: number, y: number): number {
  const approximate = x ** y;
  // Near the ends of what a number can be, and where nothing is to be rounded, the engine's answer stands.
  if (!isOrdinary(Math.abs(approximate)) || !isOrdinary(Math.abs(x)) || !isOrdinary(Math.abs(y)) || x === 1)
    return approximate;
  const { fraction, exponent } = parts(Math.abs(y));
  const factor = BigInt(fraction * 2 ** 52) * (y < 0 ? -1n : 1n);
  const product = shifted(fixedLog(Math.abs(x)) * factor, exponent - 52);
  return Math.sign(approximate) * exponential(product);
}

/** Whether a number is positive and neither tiny nor huge. */
const isOrdinary = (x: number): boolean => x > 1e-290 && x < 1e290;

/** A number as a fraction in [1, 2) times a power of two. */
function parts(x: number): { fraction: number; exponent: number } {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, x);
  const exponent = ((bytes.getUint16(0) >> 4) & 0x7ff) - 1023;
  return { fraction: x / 2 ** exponent, exponent };
}

function fixedLog(x: number): bigint {
  const { fraction, exponent } = parts(x);
  const fixed = BigInt(fraction * 2 ** 52) << (DIGITS - 52n);
  return BigInt(exponent) * LN2 + 2n * areaTangent(((fixed - ONE) << DIGITS) / (fixed + ONE));
}

/** The series z + z³/3 + z⁵/5 + … */
function areaTangent(z: bigint): bigint {
  const square = (z * z) >> DIGITS;
  let sum = 0n;
  for (let term = z, n = 1n; term !== 0n && term !== -1n; term = (term * square) >> DIGITS, n += 2n)
    sum += term / n;
  return sum;
}

function exponential(x: bigint): number {
  const halvings = x / LN2;
  const rest = x - halvings * LN2;
  let sum = 0n;
  for (let term = ONE, n = 1n; term !== 0n && term !== -1n; term = (term * rest) / (n << DIGITS), n++) sum += term;
  return toNumber(sum, halvings);
}

/** The nearest number; the conversion of a whole number rounds as arithmetic does. */
const toNumber = (fixed: bigint, exponent: bigint): number =>
  Number(fixed) * 2 ** -Number(DIGITS) * 2 ** Number(exponent);

const shifted = (value: bigint, by: number): bigint => (by < 0 ? value >> BigInt(-by) : value << BigInt(by));
