/**
 * Step 4.6: credentials that hold as long as the work
 *
 *   credentialsOf(of)   a provider for clients of the SDK: `new S3Client({ credentials: credentialsOf(…) })`. They ask it whenever they
 *                       need keys, also many at the same time.
 *
 * The instance has a role, and with that it becomes another one: the run's role, which may do more than this run needs. That is role
 * chaining, and AWS lets such a session last one hour at most. The work takes longer (patrol.ts).
 *
 *   - No call is ever made with keys that have expired, and none is lost because there were no new ones.
 *   - STS may refuse for twenty minutes on end. Keys that still hold are good enough meanwhile. It is asked at most once in ten
 *     seconds; the three attempts that the SDK makes of a call are one.
 *   - Whoever asks, and however many of them, there is one AssumeRole at a time.
 *   - The session may read and write objects below RUN/ in BUCKET, read those of INBOX, and list both buckets. Nothing else, whatever
 *     the role may do.
 *   - Keys are in memory alone: in no file, no log and no user data.
 *
 *   Environment  INBOX
 */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Keys } from './types.ts';

export interface Of {
  readonly roleArn: string;
  readonly run: string;
  readonly bucket: string;
}

const sts = new STSClient();

export function credentialsOf({ roleArn, run }: Of): () => Promise<Keys> {
  let keys: Keys | undefined;
  return async () => {
    // Your part: for how long is this the right answer?
    keys ??= await assume(roleArn, run);
    return { ...keys, expiration: new Date(8.64e15) };
  };
}

async function assume(RoleArn: string, run: string): Promise<Keys> {
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: run }));
  return {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
    expiration: given!.Expiration!,
  };
}
