/**
 * The pipeline of part B as its graders see it: inbox, results, the function and the environment of the scripts; and the ways to
 * let documents arrive, to let time go by, and to look at queues, results and dead letters.
 */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Check, Deployed, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { access, json, keysIn } from '../../../support/buckets.ts';
import { plain } from '../../../support/documents.ts';
import { endsWell } from '../../../support/scripts.ts';
import { type Told, told } from './s3-messages.ts';

/** Milliseconds in which an alarm has noticed what lies in a queue: the rest of this minute, and one more. */
const UNTIL_ALARM = 130_000;

export interface Setup {
  /** The file that becomes the function: `drain.ts` unless told. */
  readonly file?: string;
  /** The exported function; `handler` unless told. */
  readonly export?: string;
  /** Documents at which the drain is to begin; drawn from 7 to 23 unless told. */
  readonly threshold?: number;
  /** Seconds of the function's time limit; 60 unless told. */
  readonly timeout?: number;
  /** 4 unless told. */
  readonly maxReceives?: number;
  /** 15 unless told. */
  readonly sweepMinutes?: number;
}

/** A version of a document. */
export interface Document {
  readonly key: string;
  readonly pages: number;
  readonly eTag: string;
}

export type Pipeline = Awaited<ReturnType<typeof pipeline>>;

export async function pipeline(t: Check, setup: Setup = {}) {
  const { file = 'drain.ts', timeout = 60, maxReceives = 4, sweepMinutes = 15 } = setup;
  const threshold = setup.threshold ?? t.seeded.integer(7, 23);
  const name = t.seeded.name('office');
  const dead = `${name}-dead`;
  const [inbox, results] = [await t.bucket(), await t.bucket()];
  const drain: Deployed = await t.deploy(file, {
    timeout,
    ...(setup.export === undefined ? {} : { export: setup.export }),
    environment: { QUEUE: name, DEAD: dead, INBOX: inbox, RESULTS: results },
    // Reading results, too: who asks whether one is there needs that for an answer.
    policy: [...access([inbox, results], [results]), ...rights(t, name, dead)],
  });

  const urls = new Map<string, string>();
  const urlOf = async (queue: string): Promise<string> => {
    const url = urls.get(queue) ?? (await t.aws.sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl!;
    urls.set(queue, url);
    return url;
  };
  const environment = {
    NAME: name,
    INBOX: inbox,
    RESULTS: results,
    DRAIN: drain.name,
    THRESHOLD: String(threshold),
    SWEEP_MINUTES: String(sweepMinutes),
    SWEEP_ROLE_ARN: await roleOfSweep(t, name, drain),
    MAX_RECEIVES: String(maxReceives),
  };

  return {
    name,
    dead,
    inbox,
    results,
    drain,
    threshold,
    sweepMinutes,
    maxReceives,
    timeout,
    urlOf,
    /** What the scripts are told. */
    environment,
    /** Runs a script of the answer with the environment of the pipeline. Its exit code is not judged. */
    run: (script: string, more: Readonly<Record<string, string>> = {}) =>
      t.run(script, { environment: { ...environment, ...more } }),
    /** The same, and it has to end well. */
    async ran(script: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
      endsWell(t, script, await this.run(script, more));
    },
    /** Makes the two queues, where wire.ts is not what is judged: nothing is sent to them but by the grader. In seconds. */
    async queues({ visibility = 30 }: { visibility?: number } = {}): Promise<void> {
      await t.aws.sqs.send(new CreateQueueCommand({ QueueName: dead }));
      const deadLetterTargetArn = `arn:aws:sqs:us-east-1:${t.accountId}:${dead}`;
      await t.aws.sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: {
            VisibilityTimeout: String(visibility),
            RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: maxReceives }),
          },
        }),
      );
    },
    /** Puts a document of so many pages into the inbox; a key that is there already gets a new version. */
    async upload(key = `${t.seeded.name('letter')}.pdf`, pages = t.seeded.integer(1, 9)): Promise<Document> {
      const { ETag } = await t.aws.s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: plain(pages) }));
      return { key, pages, eTag: ETag!.replaceAll('"', '') };
    },
    /** Puts something that is no readable PDF. */
    async uploadBytes(key: string, body: Uint8Array | string): Promise<Pick<Document, 'key' | 'eTag'>> {
      const { ETag } = await t.aws.s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: body }));
      return { key, eTag: ETag!.replaceAll('"', '') };
    },
    async uploads(count: number): Promise<Document[]> {
      const keys = Array.from({ length: count }, () => `${t.seeded.name('letter')}.pdf`);
      const pages = keys.map(() => t.seeded.integer(1, 9));
      return await Promise.all(keys.map((key, i) => this.upload(key, pages[i])));
    },
    async remove(key: string): Promise<void> {
      await t.aws.s3.send(new DeleteObjectCommand({ Bucket: inbox, Key: key }));
    },
    /** Sends the message that S3 would send, at a time and in an order of the grader's own. `delay` in seconds. */
    async send(of: Told | readonly Told[], delay = 0): Promise<void> {
      await this.sendBody(told(inbox, ...[of].flat()), delay);
    },
    async sendBody(body: string, delay = 0): Promise<void> {
      await t.aws.sqs.send(
        new SendMessageCommand({ QueueUrl: await urlOf(name), MessageBody: body, DelaySeconds: delay }),
      );
    },
    /** Lets so much time go by that the alarm has seen what is in the queue, and what it starts has come to its end. */
    async untilAlarm(): Promise<void> {
      await t.clock.advance(UNTIL_ALARM);
    },
    /** Messages of a queue: visible, in flight, delayed. */
    async messages(queue = name): Promise<{ visible: number; inFlight: number; delayed: number; all: number }> {
      const { Attributes } = await t.aws.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: await urlOf(queue), AttributeNames: ['All'] }),
      );
      const count = (kind: '' | 'NotVisible' | 'Delayed') => Number(Attributes![`ApproximateNumberOfMessages${kind}`]);
      const [visible, inFlight, delayed] = [count(''), count('NotVisible'), count('Delayed')];
      return { visible, inFlight, delayed, all: visible + inFlight + delayed };
    },
    /** In words, what is left in the queue: what has no result is waiting there, or it is lost. */
    async rest(): Promise<string> {
      try {
        const { visible, inFlight, delayed } = await this.messages();
        return `in the queue ${name}: ${visible} visible, ${inFlight} in flight, ${delayed} delayed`;
      } catch (error) {
        if (!(error instanceof QueueDoesNotExist)) throw error;
        return `the queue ${name} is gone`;
      }
    },
    /** What lies in the dead-letter queue; it stays there, and visible. */
    async deadLetters(): Promise<Message[]> {
      const QueueUrl = await urlOf(dead);
      const found: Message[] = [];
      for (;;) {
        const { Messages = [] } = await t.aws.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 60,
            MessageAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) break;
        found.push(...Messages);
      }
      for (const { ReceiptHandle } of found) {
        await t.aws.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      }
      return found;
    },
    /** The result objects by their keys. */
    async found(): Promise<Record<string, unknown>> {
      const keys = await keysIn(t, results);
      const bodies = await Promise.all(keys.map((key) => json(t, results, key)));
      return Object.fromEntries(keys.map((key, i) => [key, bodies[i]]));
    },
    /** Each of these versions has its result, and there is no other one. */
    async expectResults(versions: readonly Document[], cause: string, hint?: number): Promise<void> {
      const expected = Object.fromEntries(versions.map((one) => [resultKey(one), one] as const).sort(byKey));
      const keys = await keysIn(t, results);
      const missing = Object.keys(expected).filter((key) => !keys.includes(key));
      const surplus = keys.filter((key) => !(key in expected));
      const more = hint === undefined ? {} : { hint };
      if (missing.length + surplus.length > 0) {
        t.that(false, {
          expected: `${versions.length} results in the bucket ${results}, one for each version: KEY/ETAG.json`,
          seen: [
            `${keys.length} results`,
            ...some('missing', missing),
            ...some('not expected', surplus),
            await this.rest(),
          ].join('\n'),
          cause,
          ...more,
        });
      }
      t.equal(await this.found(), expected, { what: 'the results', ...more });
    },
  };
}

/** Where the result of a version belongs. */
export const resultKey = ({ key, eTag }: Pick<Document, 'key' | 'eTag'>): string => `${key}/${eTag}.json`;

/** A line that names the first few. */
const some = (what: string, keys: readonly string[]): string[] =>
  keys.length === 0
    ? []
    : [`${what}: ${keys.slice(0, 2).join(', ')}${keys.length > 2 ? `, and ${keys.length - 2} more` : ''}`];

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) => (left < right ? -1 : 1);

/** What the function may do beside reading and writing documents. */
function rights(t: Check, ...queues: readonly string[]): PolicyStatement[] {
  return [
    {
      Effect: 'Allow',
      Action: [
        'sqs:GetQueueUrl',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:SendMessage',
      ],
      Resource: queues.map((queue) => `arn:aws:sqs:us-east-1:${t.accountId}:${queue}`),
    },
    {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: `arn:aws:lambda:us-east-1:${t.accountId}:function:*`,
    },
  ];
}

/** The role with which a schedule may start the drain. */
async function roleOfSweep(t: Check, name: string, { arn }: Deployed): Promise<string> {
  const RoleName = `${name}-sweep`;
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  const { Role } = await t.aws.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await t.aws.iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'sweep',
      PolicyDocument: document({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: [arn, `${arn}:*`] }),
    }),
  );
  return Role!.Arn!;
}
