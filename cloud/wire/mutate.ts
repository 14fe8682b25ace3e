/** For tests: changes valid requests at random, as broken clients and hostile ones would. */
import { random } from './testing.ts';

export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Choices {
  integer(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
}

/** The same choices for the same seed. */
export function choices(seed: number): Choices {
  const next = random(seed);
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { integer, pick: (list) => list[integer(0, list.length - 1)]! };
}

type Mutation = (request: RawRequest, choose: Choices) => RawRequest;

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  1.5,
  '',
  'x',
  '\u0000',
  '𝒳'.repeat(300),
  [],
  [[]],
  {},
  { S: 1 },
  { '': '' },
  '__proto__',
  'a'.repeat(70_000),
  '-1',
  'NaN',
  '2026-13-45T99:99:99Z',
];
const ODD_TEXT = [
  '',
  '%',
  '%zz',
  '%00',
  '\u00e4',
  '<',
  '&',
  '<!DOCTYPE x [<!ENTITY y "z">]>',
  '{',
  '"',
  ']]>',
  '../..',
];

const text = ({ body }: RawRequest): string => Buffer.from(body).toString('utf8');
const withText = (request: RawRequest, body: string): RawRequest => ({ ...request, body: Buffer.from(body) });

/** Replaces, drops or renames something in a JSON body, at any depth. */
const json: Mutation = (request, choose) => {
  let root: unknown;
  try {
    root = JSON.parse(text(request));
  } catch {
    return bytes(request, choose);
  }
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key });
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(root);
  if (places.length === 0) return withText(request, JSON.stringify(choose.pick(ODD_VALUES)));
  const { holder, key } = choose.pick(places);
  const what = choose.integer(0, 3);
  if (what === 0) delete holder[key];
  else if (what === 1) holder[`${key}x`] = holder[key];
  else holder[key] = choose.pick(ODD_VALUES);
  return withText(request, JSON.stringify(root));
};

const bytes: Mutation = (request, choose) => {
  const body = Buffer.from(request.body);
  if (body.length === 0) return withText(request, choose.pick(ODD_TEXT));
  for (let flips = choose.integer(1, 4); flips > 0; flips--) {
    body[choose.integer(0, body.length - 1)] = choose.integer(0, 255);
  }
  return { ...request, body };
};

const cut: Mutation = (request, choose) => ({
  ...request,
  body: request.body.subarray(0, choose.integer(0, request.body.length)),
});

const inserted: Mutation = (request, choose) => {
  const body = text(request);
  const at = choose.integer(0, body.length);
  return withText(request, body.slice(0, at) + choose.pick(ODD_TEXT) + body.slice(at));
};

const doubled: Mutation = (request) => withText(request, text(request).repeat(2));

const path: Mutation = (request, choose) => {
  const at = choose.integer(1, request.path.length);
  const piece = encodeURI(choose.pick(ODD_TEXT)).replace('%25zz', '%zz');
  return { ...request, path: request.path.slice(0, at) + piece + request.path.slice(at + choose.integer(0, 3)) };
};

const query: Mutation = (request, choose) => {
  const name = choose.pick([
    'uploads',
    'uploadId',
    'partNumber',
    'versionId',
    'list-type',
    'max-keys',
    'Action',
    'acl',
    'x',
  ]);
  const value = encodeURIComponent(choose.pick(ODD_TEXT));
  return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${name}=${value}` };
};

const header: Mutation = (request, choose) => {
  const headers = { ...request.headers };
  const name = choose.pick(Object.keys(headers));
  if (choose.integer(0, 1) === 0) delete headers[name];
  else
    headers[name] = choose.pick(['', 'x', '-1', '99999999999999999999', 'a'.repeat(5000), '\u00ff', 'a.b.c.d', ';;==']);
  return { ...request, headers };
};

const method: Mutation = (request, choose) => ({
  ...request,
  method: choose.pick(['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']),
});

const mutations: readonly Mutation[] = [json, json, json, bytes, cut, inserted, doubled, path, query, header, method];

/** One to three changes. */
export function mutate(request: RawRequest, choose: Choices): RawRequest {
  let changed = request;
  for (let count = choose.integer(1, 3); count > 0; count--) changed = choose.pick(mutations)(changed, choose);
  return changed;
}
