import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { setting } from './settings.ts';
import type { Keys } from './types.ts';

export interface Of {
  readonly roleArn: string;
  readonly run: string;
  readonly bucket: string;
}

/** The role’s maximum. */
const SECONDS = 12 * 3600;
/** STS may refuse for twenty minutes. */
const BEFORE_THE_END = 25 * 60_000;
const PAUSE = 10_000;

const sts = new STSClient();

// #region credentials
export function credentialsOf(of: Of): () => Promise<Keys> {
  let keys: Keys | undefined;
  let asking: Promise<Keys> | undefined;
  let refused: { readonly at: number; readonly error: unknown } | undefined;

  const ask = async (): Promise<Keys> => {
    try {
      keys = await assume(of);
      refused = undefined;
      return keys;
    } catch (error) {
      refused = { at: Date.now(), error };
      throw error;
    } finally {
      asking = undefined;
    }
  };

  return async () => {
    const left = keys ? keys.expiration.getTime() - Date.now() : 0;
    if (keys && left > BEFORE_THE_END) return told(keys);
    if (refused && Date.now() - refused.at < PAUSE) {
      if (keys && left > 0) return told(keys);
      throw refused.error;
    }
    asking ??= ask();
    try {
      return told(await asking);
    } catch (error) {
      // Those that still hold are good enough until STS has recovered.
      if (keys && keys.expiration.getTime() > Date.now()) return told(keys);
      throw error;
    }
  };
}

/** The SDK keeps keys until five minutes before their end: told an earlier one, it comes back and asks. */
const told = (keys: Keys): Keys => ({ ...keys, expiration: new Date() });
// #endregion credentials

async function assume({ roleArn, run, bucket }: Of): Promise<Keys> {
  const [own, inbox] = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${setting('INBOX')}`];
  const statements = [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${own}/${run}/*` },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `${inbox}/*` },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: [own, inbox] },
  ];
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: run,
      DurationSeconds: SECONDS,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    }),
  );
  return {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
    expiration: given!.Expiration!,
  };
}
