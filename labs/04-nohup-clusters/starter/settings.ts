/** What a program or a function is told by its environment. Given; nothing to do here. */
import type { Role, Variables } from './types.ts';

/** What launcher and healer hand on to the programs of their instances, where they are told it themselves. */
const HANDED_ON = [
  'CLUSTER',
  'BUCKET',
  'INBOX',
  'TABLE',
  'LEASE_SECONDS',
  'FILE_SECONDS',
  'BEAT_SECONDS',
  'POLL_SECONDS',
  'GRACE_SECONDS',
  'INTERVAL_SECONDS',
  'MOST_ATTEMPTS',
] as const;

/** A variable of the environment, which has to be there. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}: everything is told by the environment.`);
  return value;
}

/** The same as a number. */
export const numberOf = (name: string): number => Number(setting(name));

/** The environment of the programs on an instance. */
export function variablesFor(run: string, role: Role, workers: number): Variables {
  const handedOn = HANDED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(handedOn),
    AWS_REGION: process.env.AWS_REGION ?? 'us-east-1',
    RUN: run,
    ROLE: role,
    WORKERS: String(workers),
  };
}
