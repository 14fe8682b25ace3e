/** Controls that every engine has: faults that come over HTTP, the trace, accounts to ask for. */
import { randomInt, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Faults, Trace } from '../contract.ts';
import type { Route } from './serve.ts';

export const account = z.string().regex(/^\d{12}$/);
/** A body that names an account or none. */
export const accountRequest = z.strictObject({ accountId: account.optional() });

/** An account that nobody has used, as good as surely. */
export const newAccount = (): string => String(randomInt(100_000_000_000, 281_474_976_710_655)).slice(0, 12);

const effects = [
  z.strictObject({ kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({
    kind: z.literal('error'),
    code: z.string(),
    status: z.number().int(),
    message: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('lost-reply') }),
  z.strictObject({ kind: z.literal('hang') }),
  // Small pieces: a program has read one before time goes on to the next.
  z.strictObject({
    kind: z.literal('drip'),
    bytes: z.number().int().positive().max(16_384),
    ms: z.number().nonnegative(),
  }),
  z.strictObject({
    kind: z.literal('answer'),
    status: z.number().int().min(200).max(599),
    headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\t\x20-\x7e]*$/)).optional(),
    body: z.string(),
  }),
] as const;
const inside = [
  z.strictObject({ kind: z.literal('duplicate-delivery') }),
  z.strictObject({ kind: z.literal('kill'), when: z.enum(['before', 'after']) }),
  z.strictObject({ kind: z.literal('skew'), ms: z.number().int() }),
] as const;

const faultRequest = z.strictObject({
  accountId: account.optional(),
  service: z.string(),
  operation: z.string().optional(),
  resource: z.string().optional(),
  principal: z.string().optional(),
  between: z.strictObject({ from: z.string(), to: z.string(), bothWays: z.boolean().optional() }).optional(),
  nth: z.number().int().positive().optional(),
});
const anywhere = faultRequest.extend({ effect: z.discriminatedUnion('kind', [...effects, ...inside]) });
const onCalls = faultRequest.extend({ effect: z.discriminatedUnion('kind', effects) });

/** `within`: whether what is inside of the cloud can go wrong too, its deliveries and those who call, and not only calls. */
export function faultRoutes(faults: Faults, { within }: { within: boolean }): Record<string, Route> {
  return {
    'POST faults': (body) => {
      const fault = { ...(within ? anywhere : onCalls).parse(body), id: randomUUID() };
      faults.add(fault);
      return { id: fault.id };
    },
    'DELETE faults/ID': (_, __, id) => {
      faults.remove(id);
      return {};
    },
  };
}

export const traceRoute = (trace: Trace): Record<string, Route> => ({
  'GET trace': (_, url) => trace.entries(url.searchParams.get('account') ?? undefined),
});
