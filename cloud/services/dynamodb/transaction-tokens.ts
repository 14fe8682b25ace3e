/**
 * Client request tokens: a transaction that comes again within ten minutes of its end is answered again, and made once.
 * Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-apis-txwriteitems
 */
import { isDeepStrictEqual } from 'node:util';
import { AwsError, type Core, type Millis } from '../../contract.ts';

const REMEMBERED: Millis = 10 * 60_000;

interface Made {
  readonly request: unknown;
  /** Nothing while it is being made. */
  readonly endedAt?: Millis;
}

export class TransactionTokens {
  private readonly made = new Map<string, Made>();

  constructor(private readonly core: Core) {}

  /**
   * Makes a transaction, or gives `undefined` where it has been made. One that fails leaves its token free. Throws
   * `IdempotentParameterMismatchException` and `TransactionInProgressException`.
   */
  async once<T>(key: string, request: unknown, make: () => Promise<T>): Promise<T | undefined> {
    const { clock } = this.core;
    for (const [name, { endedAt }] of this.made) {
      if (endedAt !== undefined && endedAt + REMEMBERED <= clock.now()) this.made.delete(name);
    }
    const before = this.made.get(key);
    if (before && !isDeepStrictEqual(before.request, request)) {
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The client request token has been used with other parameters within the last ten minutes.',
        400,
      );
    }
    if (before?.endedAt !== undefined) return undefined;
    if (before) {
      throw new AwsError(
        'TransactionInProgressException',
        'The transaction with the given request token is already in progress.',
        400,
      );
    }
    this.made.set(key, { request });
    try {
      const answer = await make();
      this.made.set(key, { request, endedAt: clock.now() });
      return answer;
    } catch (error) {
      this.made.delete(key);
      throw error;
    }
  }

  reset(accountId?: string): void {
    for (const key of this.made.keys()) {
      if (accountId === undefined || key.startsWith(`${accountId} `)) this.made.delete(key);
    }
  }
}
