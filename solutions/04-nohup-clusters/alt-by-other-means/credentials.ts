/**
 * Another mechanism: keys are renewed by a timer, half an hour before they end, and not when somebody asks. Whoever asks gets what is
 * there, and waits only where there is nothing. The timer keeps no program from ending.
 */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { setting } from './settings.ts';
import type { Keys } from './types.ts';

export interface Of {
  readonly roleArn: string;
  readonly run: string;
  readonly bucket: string;
}

const MINUTE = 60_000;
const BEFORE_THE_END = 30 * MINUTE;
const AFTER_A_REFUSAL = MINUTE;

const sts = new STSClient();

export function credentialsOf(of: Of): () => Promise<Keys> {
  let current: Promise<Keys> | undefined;

  async function renew(): Promise<Keys> {
    try {
      const keys = await assume(of);
      current = Promise.resolve(keys);
      later(keys.expiration.getTime() - Date.now() - BEFORE_THE_END);
      return keys;
    } catch (error) {
      later(AFTER_A_REFUSAL);
      throw error;
    }
  }

  function later(milliseconds: number): void {
    setTimeout(() => {
      renew().catch((error) => console.error(`no new keys yet: ${error}`));
    }, milliseconds).unref();
  }

  return async () => {
    current ??= renew();
    // The SDK shall keep nothing: there may be others the next time.
    return { ...(await current), expiration: new Date() };
  };
}

async function assume({ roleArn, run, bucket }: Of): Promise<Keys> {
  const buckets = [bucket, setting('INBOX')].map((name) => `arn:aws:s3:::${name}`);
  const [own, inbox] = buckets;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: [`${own}/${run}/*`] },
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${inbox}/*`] },
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: buckets },
    ],
  });
  const RoleSessionName = `run-${Date.now()}`;
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName, DurationSeconds: 3600, Policy }),
  );
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
    expiration: Credentials!.Expiration!,
  };
}
