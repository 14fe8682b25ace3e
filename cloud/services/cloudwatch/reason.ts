/** State reasons in AWS's words, and the same as data. Wording: what AWS's DescribeAlarms answers. */

import type { Alarm } from './alarm.ts';
import { compare, comparisonWords, type Datapoint, type Evaluation, type StateValue } from './evaluation.ts';

/** From this many datapoints on AWS names them in a sentence of their own. */
const MANY = 5;

/** `2024-07-16T13:14:42.817+0000` */
export const timestamp = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');

/** `12:30` on 16 July: `16/07/24 12:30:00` */
const shortDate = (time: number): string => {
  const [date = '', clock = ''] = new Date(time).toISOString().slice(2, 19).split('T');
  return `${date.split('-').reverse().join('/')} ${clock}`;
};

/** AWS writes whole numbers with a decimal place. */
const number = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e7 ? value.toFixed(1) : String(value);

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
const were = (many: number): string => (many === 1 ? 'was' : 'were');

export function stateReason(alarm: Alarm, state: StateValue, { evaluated, filled }: Evaluation): string {
  const { configuration } = alarm;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${count(filled, 'datapoint')} ${were(filled)} unknown.`;
  const treatment =
    filled > 0 && configuration.missingData === 'breaching'
      ? 'Breaching'
      : filled > 0 && configuration.missingData === 'notBreaching'
        ? 'NonBreaching'
        : undefined;
  const missing = treatment
    ? ` and ${count(filled, 'missing datapoint')} ${were(filled)} treated as [${treatment}]`
    : '';
  if (evaluated.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${count(filled, 'period')}${missing}.`;
  }
  const crossed = state === 'ALARM';
  const breach = ({ value }: Datapoint) => compare(configuration.operator, value, configuration.threshold);
  const told = evaluated.filter((point) => breach(point) === crossed);
  // Too few have crossed the threshold for the alarm to follow, or what is missing has decided.
  const against = told.length === 0;
  const shown = against ? evaluated : told;
  const list = shown
    .slice(0, MANY)
    .map(({ time, value }) => `${number(value)} (${shortDate(time)})`)
    .join(', ');
  const comparison = `${were(shown.length)} ${crossed === against ? 'not ' : ''}${comparisonWords(configuration.operator)} the threshold (${number(configuration.threshold)})`;
  const { evaluationPeriods: n, datapointsToAlarm: m } = configuration;
  const quantity =
    m === undefined ? count(shown.length, 'datapoint') : `${shown.length} out of the last ${n} datapoints`;
  const least = against && !crossed ? (m ?? n) : m === undefined ? undefined : crossed ? m : n - m + 1;
  const transition = crossed || against ? 'OK -> ALARM' : 'ALARM -> OK';
  const minimum = least === undefined ? '' : ` (minimum ${count(least, 'datapoint')} for ${transition} transition)`;
  return shown.length >= MANY
    ? `Threshold Crossed: ${quantity} ${comparison}${missing}. The most recent datapoints which crossed the threshold: [${list}]${minimum}.`
    : `Threshold Crossed: ${quantity} [${list}] ${comparison}${missing}${minimum}.`;
}

/** `missing`: the moments of datapoints that were wanted and not there, named where there is no other. */
export function stateReasonData(
  { configuration }: Alarm,
  now: number,
  evaluated: readonly Datapoint[],
  missing: readonly number[],
): string {
  return JSON.stringify({
    version: '1.0',
    queryDate: timestamp(now),
    ...(evaluated.length > 0 ? { startDate: timestamp(evaluated.at(-1)!.time) } : {}),
    ...(configuration.unit ? { unit: configuration.unit } : {}),
    statistic: configuration.stat,
    period: configuration.period,
    recentDatapoints: evaluated.map(({ value }) => value).reverse(),
    threshold: configuration.threshold,
    evaluatedDatapoints:
      evaluated.length > 0
        ? evaluated.map(({ time, samples, value }) => ({ timestamp: timestamp(time), sampleCount: samples, value }))
        : missing.map((time) => ({ timestamp: timestamp(time) })),
  });
}
