/** Step 2.8: what follows from the facts in cases.json, by the two conditions that stand there. */
import type { Check } from '../../../../workbook/kit/contract.ts';

export const CASES = ['club', 'social', 'ledger', 'films'] as const;
export type Name = (typeof CASES)[number];

interface Seam {
  readonly transactionsAcross: number;
  readonly tablesOnBothSides: number;
}

export interface Facts {
  readonly releases: number;
  readonly releasesThatWaited: { readonly forAnotherTeam: number; readonly forTheirOwn: number };
  readonly outagesLastYearInWhichOnePartTookAnotherDown: number;
  readonly megabytesOfMemory: Readonly<Record<string, number>>;
  readonly seams: Readonly<Record<string, Seam>>;
}

interface Plans {
  readonly club: {
    readonly services: number;
    readonly availabilityOfEach: number;
    readonly millisecondsOfACall: number;
    readonly shareOfCallsThatAreSlow: number;
  };
  readonly social: { readonly availabilityOfTheFeed: number };
  readonly ledger: { readonly services: number; readonly bookings: number; readonly shareOfWritesThatFail: number };
  readonly films: { readonly filmsADay: number; readonly minutesThatAWorkerEncodesAFilm: number };
}

export type Cases = { readonly because: Readonly<Record<string, string>> } & {
  readonly [Case in Name]: Facts & { readonly plan: Plans[Case] };
};

/** Hundredths of the calls that move in a week, as the plan of the social network says in words. */
const MOVES = 15;
const HOURS = 30 * 24;
const MINUTES = 24 * 60;

export const casesOf = async (t: Check): Promise<Cases> => JSON.parse(await t.read('cases.json')) as Cases;

export interface Verdict {
  readonly split: boolean;
  readonly seam: string | null;
  readonly because: string;
}

const isClean = ({ transactionsAcross, tablesOnBothSides }: Seam): boolean =>
  transactionsAcross === 0 && tablesOnBothSides === 0;

/** Throws where the facts leave open where to cut: a mistake of ours. */
export function verdictOf(facts: Facts): Verdict {
  const clean = Object.keys(facts.seams).filter((name) => isClean(facts.seams[name]!));
  if (clean.length > 1) throw new Error(`cases.json has several seams to cut along: ${clean.join(', ')}`);
  const no = (because: string): Verdict => ({ split: false, seam: null, because });
  const [seam] = clean;
  if (seam === undefined) return no('no-seam');
  const waits = facts.releasesThatWaited.forAnotherTeam > 0;
  const differs =
    facts.outagesLastYearInWhichOnePartTookAnotherDown > 0 || new Set(Object.values(facts.megabytesOfMemory)).size > 1;
  if (waits && differs) throw new Error('cases.json has two reasons for one split');
  if (!waits && !differs) return no('nobody-gains');
  return { split: true, seam, because: waits ? 'releases-wait' : 'parts-differ' };
}

/** What speaks for and against a split, in numbers. */
export function saysOf(facts: Facts): string {
  const { releases, releasesThatWaited, outagesLastYearInWhichOnePartTookAnotherDown: outages } = facts;
  const memory = Object.entries(facts.megabytesOfMemory).map(([part, size]) => `${part} ${size} MB`);
  return `${releasesThatWaited.forAnotherTeam} of ${releases} releases waited for another team; one part took another down ${outages} times; ${memory.join(', ')}; ${Object.entries(facts.seams).map(saysOfSeam).join('; ')}`;
}

export const saysOfSeam = ([name, { transactionsAcross, tablesOnBothSides }]: [string, Seam]): string =>
  `${name}: ${transactionsAcross} transactions across, ${tablesOnBothSides} of the tables on both sides`;

interface Wanted {
  readonly value: number;
  /** By how much an answer may be off. */
  readonly within: number;
  readonly asks: string;
  readonly cause: string;
}

/** For shares with four digits. */
const LAST_DIGIT = 0.00006;

/** What the form asks under `numbers`. */
export function numbersOf({ club, social, ledger, films }: Cases): Record<string, Wanted> {
  const { services, availabilityOfEach, millisecondsOfACall, shareOfCallsThatAreSlow } = club.plan;
  const page = availabilityOfEach ** services;
  const fails = ledger.plan.shareOfWritesThatFail;
  const share = (value: number, asks: string, cause: string): Wanted => ({ value, within: LAST_DIGIT, asks, cause });
  const number = (value: number, asks: string, cause: string): Wanted => ({ value, within: value / 100, asks, cause });
  return {
    availabilityOfAClubPageThatAsksEightServices: share(
      page,
      `how often all of ${services} services are there, each of which is there in ${availabilityOfEach} of all cases`,
      'The page is there when the first one is and the second one is, and so on. What fails in two at the same time fails once.',
    ),
    hoursAMonthInWhichThatPageFails: number(
      (1 - page) * HOURS,
      `for how many of ${HOURS} hours that page is not there`,
      `One service alone is missing for ${((1 - availabilityOfEach) * HOURS).toFixed(1)} hours.`,
    ),
    millisecondsThatItsCallsTake: number(
      services * millisecondsOfACall,
      `what ${services} calls take, of ${millisecondsOfACall} ms each`,
      'Each call begins when the one before has been answered.',
    ),
    shareOfItsPagesThatMeetASlowCall: share(
      1 - (1 - shareOfCallsThatAreSlow) ** services,
      `the share of pages with at least one slow call among their ${services}, where ${shareOfCallsThatAreSlow} of all calls are slow`,
      'A page meets none when each of its calls is fast. What is rare for a call is not rare for a page.',
    ),
    availabilityOfAHomePageAfterTheSplit: share(
      social.plan.availabilityOfTheFeed,
      'how often there is a home page, with a number of messages or without',
      'Whom a page can do without does not count.',
    ),
    releasesAMonthThatStillWaitAfterTheSplit: number(
      social.releasesThatWaited.forTheirOwn,
      'the releases that wait although the two teams have a service each',
      'A split takes away the waiting for another team, and no other.',
    ),
    weekFromWhichAllCallsGoToTheNewService: number(
      Math.ceil(100 / MOVES),
      `the week, counted from 1, at whose beginning the last calls move, with ${MOVES} of 100 a week`,
      'The first ones move at the beginning of week 1.',
    ),
    bookingsAMonthThatAreLeftHalfDone: number(
      ledger.plan.bookings * (1 - fails) * (1 - (1 - fails) ** (ledger.plan.services - 1)),
      `of ${ledger.plan.bookings} bookings those that have written somewhere and not everywhere, where ${fails} of all writes fail`,
      'When the first write fails nothing has been written. When a later one does, something has, and no transaction takes it back.',
    ),
    workersThatKeepUpWithTheFilms: number(
      Math.ceil((films.plan.filmsADay * films.plan.minutesThatAWorkerEncodesAFilm) / MINUTES),
      `how many workers it takes for ${films.plan.filmsADay} films a day of ${films.plan.minutesThatAWorkerEncodesAFilm} minutes each`,
      'There are whole workers only, and with one too few the queue grows every day.',
    ),
  };
}
