/** Short forms of the S3 calls that the graders of this lab make. */
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Check, PolicyStatement } from '../../workbook/kit/contract.ts';

export async function put(t: Check, bucket: string, key: string, body: Uint8Array | string): Promise<void> {
  await t.aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

export async function keysIn(t: Check, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for (let ContinuationToken: string | undefined, page = 0; page === 0 || ContinuationToken; page++) {
    const answer = await t.aws.s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken }));
    keys.push(...(answer.Contents ?? []).map(({ Key }) => Key!));
    ContinuationToken = answer.NextContinuationToken;
  }
  return keys.sort();
}

/** The object, parsed; text that is not JSON comes back as it is, so that a message can show it. */
export async function json(t: Check, bucket: string, key: string): Promise<unknown> {
  const { Body } = await t.aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const text = await Body!.transformToString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Milliseconds that nobody waits who does not await; the time of a few calls is far less. */
const SLOW = 1000;

/**
 * S3 fails at the first attempt to write this object, as it does now and then. The SDK tries again after a short wait, if
 * it is still running then: what was begun and not awaited never gets there. Where seconds are real, a function may not be frozen
 * either, as in a container: the attempt then takes so long that whoever looks at once comes before it.
 */
export async function failsOnce(t: Check, bucket: string, key: string): Promise<void> {
  const once = { service: 's3', operation: 'PutObject', resource: `${bucket}/${key}`, nth: 1 };
  if (t.pace < 1) await t.faults.add({ ...once, effect: { kind: 'latency', ms: SLOW } });
  await t.faults.add({
    ...once,
    effect: { kind: 'error', code: 'InternalError', status: 500, message: 'We encountered an internal error.' },
  });
}

/** What a function's role may do: read these buckets, write those. */
export function access(read: readonly string[], write: readonly string[]): PolicyStatement[] {
  const objects = (buckets: readonly string[]) => buckets.map((bucket) => `arn:aws:s3:::${bucket}/*`);
  const both = [...read, ...write];
  return [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: objects(read) },
    // Who may list a bucket is told NoSuchKey; others are told AccessDenied for an object that is not there.
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: both.map((bucket) => `arn:aws:s3:::${bucket}`) },
    ...(write.length > 0 ? [{ Effect: 'Allow' as const, Action: 's3:PutObject', Resource: objects(write) }] : []),
  ];
}
