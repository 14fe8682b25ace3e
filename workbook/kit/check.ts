/** Checks: vitest tests that have tools, and that report in the workbook's own terms. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type TestContext, test } from 'vitest';
import { placeOf, sourceOf } from './answer.ts';
import { bundle, FROM_RUNTIME } from './bundle.ts';
import { type RunContext, runContext } from './context.ts';
import type { Because, Check, DefineCheck, Invocation } from './contract.ts';
import { deploy } from './deploy.ts';
import { deployed } from './deployed.ts';
import { difference, show } from './difference.ts';
import { CheckFailure, type FailureReport, missingFile, reportOf } from './failure.ts';
import { runScript } from './script.ts';
import { openSession, type Session } from './session.ts';
import { clockOf, eventually, paceOf } from './time.ts';
import { takeTurn } from './turns.ts';
import { allOutput } from './unheard.ts';

export const check: DefineCheck = (id, body, options) => {
  test(id, options ? { timeout: options.patience } : {}, async (context) => {
    const { task, skip } = context;
    const run = runContext();
    const file = task.file.filepath;
    const step = run.steps[file];
    if (!step) throw new Error(`No step of ${run.lab.name} is graded by ${file}.`);
    if (!run.stopAtFailure) return await judged(run, step, id, context, body);
    const turn = await takeTurn(run, file);
    if (!turn) return skip();
    try {
      await judged(run, step, id, context, body);
    } catch (error) {
      turn.failed();
      throw error;
    } finally {
      turn.end();
    }
  });
};

async function judged(
  run: RunContext,
  step: string,
  id: string,
  { task: { meta }, annotate }: TestContext,
  body: (t: Check) => Promise<void>,
): Promise<void> {
  const session = await openSession(run, step, id);
  let failure: FailureReport | undefined;
  try {
    await body(toolsOf(session, annotate));
  } catch (error) {
    failure = reportOf(error);
    throw error;
  } finally {
    const output = failure ? await allOutput(session) : session.output();
    meta.workbook = { did: session.did, output, ...(failure ? { failure } : {}) };
    await session.close();
  }
}

function toolsOf(session: Session, annotate: TestContext['annotate']): Check {
  const { accountId, aws, control, seeded } = session;
  return {
    accountId,
    seeded,
    aws,
    client: session.client,
    stranger: session.stranger,
    anew: (name, body) => anew(session, annotate, name, body),
    build: (file) => build(session, file),
    deploy: (file, options) => deploy(session, file, options),
    run: (file, options) => runScript(session, file, options),
    read: (file) => read(session, file),
    functionNamed: (name, qualifier) => deployed(session, name, qualifier, ''),
    async bucket() {
      const name = seeded.name('bucket') + (session.run.shared ? `-${accountId}` : '');
      await aws.s3.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    clock: clockOf(session),
    eventually,
    pace: paceOf(session),
    faults: {
      add: (fault) => control.addFault(accountId, fault),
      remove: (id) => control.removeFault(id),
    },
    trace: () => control.trace(accountId),
    did: (what) => {
      session.did.push(what);
    },
    equal(seen, expected, because) {
      if (isDeepStrictEqual(seen, expected)) return;
      throw failed(because, { expected: show(expected), seen: show(seen), difference: difference(expected, seen) });
    },
    that(condition, { expected, seen, ...because }) {
      if (!condition) throw failed(because, { expected, seen });
    },
    succeeded(invocation, because) {
      if (!invocation.error) return;
      throw failed(because ?? {}, {
        expected: 'the invocation succeeds',
        seen: describe(invocation),
        ...(invocation.error.at ? { at: invocation.error.at } : {}),
      });
    },
  };
}

async function anew<T>(
  session: Session,
  annotate: TestContext['annotate'],
  name: string,
  body: (t: Check) => Promise<T>,
): Promise<T> {
  const inner = await session.anew(name);
  try {
    const result = await body(toolsOf(inner, annotate));
    await annotate(name);
    return result;
  } catch (error) {
    session.did.push(...inner.did);
    session.note(await allOutput(inner));
    throw error;
  } finally {
    await inner.close();
  }
}

async function build({ answer, run }: Session, file: string): Promise<Uint8Array> {
  return (await bundle(answer, file, { external: FROM_RUNTIME, packages: run.lab.packages })).code;
}

async function read({ answer }: Session, file: string): Promise<string> {
  const place = sourceOf(answer, file);
  if (place !== undefined) return await readFile(place, 'utf8');
  throw missingFile(placeOf(answer, file));
}

const describe = ({ error }: Invocation): string => `${error!.type}: ${error!.message}`;

function failed(
  { what, cause, hint }: Partial<Because>,
  more: Pick<FailureReport, 'expected' | 'seen' | 'difference' | 'at'>,
): CheckFailure {
  return new CheckFailure({
    fault: 'code',
    ...(what ? { what } : {}),
    ...(cause ? { cause } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...more,
  });
}
