/**
 * DynamoDB's numbers: decimals of up to 38 significant digits, exact, from 1E-130 to 9.99…E+125 in magnitude.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
import { validation } from '../errors.ts';

/** `digits` × 10^`exponent`; `digits` does not end in a zero, and zero is 0 × 10^0. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const MOST_DIGITS = 38;
const LARGEST_MAGNITUDE = 125;
const SMALLEST_MAGNITUDE = -130;
const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/;

/** Throws `ValidationException` for what is no number, too long, too large or too small. */
export function parseDecimal(text: string): Decimal {
  const match = NUMBER.exec(text);
  if (!match) {
    throw validation(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  }
  const [, sign, whole = '', fraction = match[4] ?? '', , power = '0'] = match;
  const figures = (whole + fraction).replace(/^0+/, '');
  const significant = figures.replace(/0+$/, '');
  if (significant === '') return { digits: 0n, exponent: 0 };
  const exponent = Number(power) - fraction.length + figures.length - significant.length;
  return assertWithinRange({ digits: BigInt(sign + significant), exponent });
}

/** As DynamoDB writes numbers: plain, without an exponent and without needless zeros. */
export function formatDecimal({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const figures = magnitudeOf(digits);
  if (exponent >= 0) return sign + figures + '0'.repeat(exponent);
  const whole = figures.slice(0, exponent) || '0';
  return `${sign}${whole}.${figures.slice(exponent).padStart(-exponent, '0')}`;
}

/** Throws `ValidationException` when the exact result has more than 38 digits or leaves the range. */
export function add(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  const digits = scaled(left, exponent) + scaled(right, exponent);
  return assertWithinRange(stripped(digits, exponent));
}

export const negate = ({ digits, exponent }: Decimal): Decimal => ({ digits: -digits, exponent });

/** A string that sorts as the number does. */
export function sortableDecimal({ digits, exponent }: Decimal): string {
  if (digits === 0n) return '1';
  const figures = magnitudeOf(digits);
  const magnitude = String(figures.length + exponent + 500);
  if (digits > 0n) return `2${magnitude}${figures}`;
  // The larger the magnitude, the smaller the number: digits are mirrored, and a shorter one comes last.
  return `0${mirrored(magnitude)}${mirrored(figures)}~`;
}

const magnitudeOf = (digits: bigint): string => String(digits < 0n ? -digits : digits);
const mirrored = (figures: string): string => figures.replace(/\d/g, (figure) => String(9 - Number(figure)));
const scaled = ({ digits, exponent }: Decimal, to: number): bigint => digits * 10n ** BigInt(exponent - to);

function stripped(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return { digits, exponent: 0 };
  const zeros = /0*$/.exec(String(digits))![0].length;
  return { digits: digits / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function assertWithinRange(number: Decimal): Decimal {
  if (number.digits === 0n) return number;
  const length = magnitudeOf(number.digits).length;
  const magnitude = length - 1 + number.exponent;
  if (length > MOST_DIGITS) {
    throw validation('Attempting to store more than 38 significant digits in a Number');
  }
  if (magnitude > LARGEST_MAGNITUDE) {
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < SMALLEST_MAGNITUDE) {
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return number;
}
