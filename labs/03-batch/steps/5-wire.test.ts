/** Step 3.5: documents arrive, time goes by, and what the alarm starts is seen by its results. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ChangeMessageVisibilityCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type Check, check } from '#kit';
import { endsInFailure } from '../../support/scripts.ts';
import { type Pipeline, pipeline } from './support/pipeline.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Keys that an address or a form would write differently. */
const AWKWARD = ['a b', 'c+d', '100%', 'Übersicht', 'in/2026/e f', "g'(h)!", 'i&j=k', 'l%2Bm', '日報'];

/** Real milliseconds in which S3 has told the queue of everything. */
const TOLD = 3000;

/** So many messages wait in the queue, and none of them is in anybody's hands. */
async function expectWaiting(t: Check, office: Pipeline, visible: number, cause: string): Promise<void> {
  const { all, ...seen } = await office.messages();
  t.equal(seen, { visible, inFlight: 0, delayed: 0 }, { what: `the messages of the queue ${office.name}`, cause });
}

/** How often the drain has been started so far. */
async function starts(t: Check, { drain }: Pipeline): Promise<number> {
  const hops = await t.trace();
  return hops.filter(({ operation, resource }) => operation === 'Invocation' && resource === drain.arn).length;
}

async function expectStarts(t: Check, office: Pipeline, expected: number, cause: string, hint?: number): Promise<void> {
  t.equal(await starts(t, office), expected, {
    what: 'how often the drain has been started',
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The documents that were drained, where a mistake in the way to the drain is what is looked for. */
const NOT_STARTED =
  'The alarm was not there, watches something else, or could not start the drain: its action names the function, and the function’s own policy has to let the alarm in.';

check('arrivals', async (t) => {
  const office = await pipeline(t);
  const { inbox } = office;
  await t.aws.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: inbox,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  await office.ran('wire.ts');
  const papers = await Promise.all(
    t.seeded.shuffle(AWKWARD).map((key) => office.upload(`${key} ${t.seeded.name('letter')}.pdf`)),
  );
  await office.uploadBytes(`${t.seeded.name('readme')}.txt`, 'not a PDF, and not called one');
  await office.uploadBytes(`${t.seeded.name('scan')}.pdf.part`, 'not yet a PDF');
  t.did(
    `ran wire.ts, then put ${papers.length} documents with unusual keys into the inbox, and two objects that are not called *.pdf`,
  );
  await t.clock.advance(0, { wall: TOLD });
  await expectWaiting(
    t,
    office,
    papers.length,
    'One message for each PDF: fewer mean that the bucket tells nobody, or that the queue does not let S3 send. More mean that other objects are told of as well, or that something from the setting up is still there.',
  );
  t.succeeded(await office.drain.invoke({}), {
    what: 'the drain, with your arrivals.ts',
    cause: '`arrivalsOf` threw on the body of a message.',
  });
  t.did('then invoked the drain, which asks your arrivals.ts what a message is about');
  await office.expectResults(
    papers,
    'A document without a result was looked for under another key than it has, or in another version: S3 writes keys into its messages as a form writes its fields.',
  );
  const { EventBridgeConfiguration } = await t.aws.s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket: inbox }),
  );
  t.that(EventBridgeConfiguration !== undefined, {
    expected: 'the bucket still sends its events to EventBridge, as it did before wire.ts ran',
    seen: 'it does not any more',
    cause: 'The call that sets a bucket’s notifications replaces all of them.',
  });
});

check('threshold', async (t) => {
  const office = await pipeline(t, { threshold: t.seeded.integer(95, 105) });
  const { threshold, name } = office;
  await office.ran('wire.ts');
  const quiet = t.seeded.integer(8, 14);
  await t.clock.advance(quiet * HOUR);
  t.did(`ran wire.ts with THRESHOLD=${threshold}, then let ${quiet} hours go by without a document`);
  const { MetricAlarms = [] } = await t
    .client(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNames: [`${name}-depth`] }));
  t.equal(
    MetricAlarms.map(({ StateValue }) => StateValue),
    ['OK'],
    {
      what: `the state of the alarm ${name}-depth`,
      cause:
        'There is no alarm of this name, or it does not know what to think of a queue that is not measured: nobody has touched it for six hours.',
    },
  );
  await expectStarts(t, office, 0, 'An empty queue was a reason to start the drain.');

  const papers = await office.uploads(threshold - 1);
  await t.clock.advance(7 * MINUTE);
  t.did(`uploaded ${papers.length} documents, one below the threshold, and let 7 minutes go by`);
  const early =
    'More was counted than there are documents. Either something else lay in the queue, or one and the same message was counted minute after minute.';
  await expectStarts(t, office, 0, early);
  await expectWaiting(t, office, papers.length, early);

  papers.push(await office.upload());
  await office.untilAlarm();
  t.did('uploaded one document more, and let two minutes go by');
  await expectStarts(t, office, 1, NOT_STARTED);
  await office.expectResults(papers, 'The drain was started, and did not find its way to the documents.');
});

/** Calls at which a first run breaks off; the last of them leave most behind. */
const BREAKS = [
  { service: 'sqs', operation: 'SetQueueAttributes' },
  { service: 's3', operation: 'PutBucketNotificationConfiguration' },
  { service: 'lambda', operation: 'AddPermission' },
  { service: 'sqs', operation: 'DeleteMessage' },
  { service: 'monitoring', operation: 'PutMetricAlarm' },
] as const;

check('twice', async (t) => {
  const office = await pipeline(t, { maxReceives: 3 });
  const broken = t.seeded.pick(BREAKS);
  const fault = await t.faults.add({
    ...broken,
    effect: { kind: 'error', code: 'InternalError', status: 500, message: 'We encountered an internal error.' },
  });
  const first = await office.run('wire.ts');
  await t.faults.remove(fault);
  t.did(`ran wire.ts while ${broken.operation} failed`);
  const reached = (await t.trace()).some((entry) => entry.fault === fault);
  if (reached) {
    endsInFailure(t, 'wire.ts', first, ` when ${broken.operation} fails`, {
      cause: 'An error was caught and not thrown again, or a call was not awaited.',
    });
  }
  // Whatever it had received is nobody's again by then.
  await t.clock.advance(15 * MINUTE);
  await office.ran('wire.ts');
  t.did('ran it again a quarter of an hour later, with all calls going well');
  await expectWaiting(
    t,
    office,
    0,
    'The test event of S3 lies in the queue, and counts like a document. The first run may have broken off before it was taken out.',
  );

  const papers = await office.uploads(office.threshold - 1);
  const more = office.threshold + t.seeded.integer(3, 8);
  await office.ran('wire.ts', { THRESHOLD: String(more) });
  t.did(
    `uploaded ${papers.length} documents, then ran it a third time with another threshold: THRESHOLD=${more}, and not ${office.threshold}`,
  );
  await expectWaiting(
    t,
    office,
    papers.length,
    'A further run took messages of documents out of the queue, or keeps them hidden. Only the test event is to go.',
  );
  papers.push(...(await office.uploads(more - 1 - papers.length)));
  await office.untilAlarm();
  t.did(`uploaded documents until there were ${papers.length}, and let two minutes go by`);
  await expectStarts(t, office, 0, 'The alarm still has the threshold of the first run, or counts more than is there.');
  papers.push(await office.upload());
  await office.untilAlarm();
  t.did('uploaded one more, and let two minutes go by');
  await expectStarts(t, office, 1, NOT_STARTED);
  const lost = 'Documents were lost on the way, or are still in somebody’s hands.';
  await office.expectResults(papers, lost);

  papers.push(...(await office.uploads(more + 1)));
  await office.untilAlarm();
  t.did(`uploaded ${more + 1} documents at once, and let two minutes go by`);
  await expectStarts(t, office, 2, NOT_STARTED);
  await office.expectResults(papers, lost);
});

/** Whether S3 was let send to the queue for this bucket: it tries when the notification is set. */
async function accepted(s3: S3Client, Bucket: string, QueueArn: string): Promise<boolean> {
  try {
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name !== 'InvalidArgument') throw error;
    return false;
  }
}

check('strangers', async (t) => {
  const office = await pipeline(t);
  const { name, inbox, drain } = office;
  const queue = `arn:aws:sqs:us-east-1:${t.accountId}:${name}`;
  await office.ran('wire.ts');

  t.that(await accepted(t.aws.s3, inbox, queue), {
    expected: `the queue takes messages of S3 for the bucket ${inbox}`,
    seen: 'it takes none',
    cause: 'A queue lets nobody send but its own account: a service of AWS has to be let in by its policy.',
  });
  const other = await t.bucket();
  t.did('ran wire.ts, then told another bucket of the same account to send to the queue');
  t.that(!(await accepted(t.aws.s3, other, queue)), {
    expected: `the queue takes messages of S3 for the bucket ${inbox} alone`,
    seen: `it took one for the bucket ${other}`,
    cause: 'The policy of the queue says who may send, S3, and not on whose behalf.',
  });

  const stranger = await t.stranger();
  await t.aws.s3.send(new DeleteBucketCommand({ Bucket: inbox }));
  await stranger.s3.send(new CreateBucketCommand({ Bucket: inbox }));
  t.did('deleted the inbox; somebody in another account made a bucket of that name, and told it to send to the queue');
  t.that(!(await accepted(stranger.s3, inbox, queue)), {
    expected: 'the queue takes messages of S3 for buckets of this account alone',
    seen: 'it took one for a bucket of another account',
    cause: 'The ARN of a bucket does not tell whose it is, and names of deleted buckets are free for everybody.',
  });

  const cloudwatch = t.client(CloudWatchClient);
  const AlarmName = t.seeded.name('somebody-elses');
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Custom',
      MetricName: 'Temperature',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 30,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [drain.arn],
    }),
  );
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a hot day' }));
  await t.clock.advance(0);
  t.did(`let another alarm, ${AlarmName}, try to start the drain`);
  await expectStarts(t, office, 0, 'The permission lets CloudWatch invoke the function, for whatever alarm.');
});

check('queues', async (t) => {
  const office = await pipeline(t, { timeout: t.seeded.integer(45, 200), maxReceives: t.seeded.integer(2, 5) });
  const { name, dead, maxReceives, timeout } = office;
  await office.ran('wire.ts');
  const { eTag } = await office.upload();
  await t.clock.advance(0, { wall: TOLD });
  const QueueUrl = await office.urlOf(name);
  const receive = async () => {
    const { Messages = [] } = await t.aws.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages[0];
  };
  t.did('ran wire.ts and uploaded a document; received its message again and again, and gave it back each time');
  for (let times = 1; times <= maxReceives; times++) {
    const message = await receive();
    t.that(message?.Body?.includes(eTag) === true, {
      expected: `receipt ${times} of MAX_RECEIVES=${maxReceives} gets the message of the document`,
      seen: message ? `it gets another one: ${message.Body?.slice(0, 200)}` : 'it gets nothing',
      cause: 'The message was put aside too soon, or never came.',
    });
    await t.aws.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle!, VisibilityTimeout: 0 }),
    );
  }
  t.equal((await receive())?.Body, undefined, {
    what: `what a receipt more than ${maxReceives} gets`,
    cause: 'Nothing puts a message aside that comes back for ever: the queue has no redrive policy, or another number.',
  });
  t.equal(
    (await office.deadLetters()).map(({ Body }) => Body?.includes(eTag)),
    [true],
    {
      what: `whether the messages of ${dead} are the document’s`,
      cause: 'The redrive policy names another queue.',
    },
  );
  const { Attributes } = await t.aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  t.that(Number(Attributes?.VisibilityTimeout) >= timeout, {
    expected: `a received message stays hidden for at least ${timeout} s, the time limit of the drain`,
    seen: `the visibility timeout of the queue is ${Attributes?.VisibilityTimeout} s`,
    cause: 'The default is 30 s, whatever the consumer needs.',
  });
});
