/** How the gateway itself calls the engine: as the root of an account that it has handed out. */

export interface Access {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const REGION = 'us-east-1';

/** As on LocalStack: a key of 12 digits is the account. */
export const accessTo = (target: string, accountId: string): Access => ({
  endpoint: target,
  region: REGION,
  credentials: { accessKeyId: accountId, secretAccessKey: 'any' },
});
