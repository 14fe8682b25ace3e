/** Whose calls they are. The engine knows its own keys, so it is asked; once for each key. */
import type { TraceId } from '../contract.ts';
import { rootOf } from '../identity/keys.ts';
import type { WireRequest } from '../wire/request.ts';
import { credentialScope } from '../wire/route.ts';

export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  /** The trace entry that its keys come from, where the gateway has handed them out. */
  readonly cause?: TraceId;
}

/** The names by which a fault may call whoever this is. A session's ARN has its role's name in it, and not its path. */
export function namesOf({ arn }: Caller): string[] {
  const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? [arn] : [arn, `arn:aws:iam::${account}:role/${role}`];
}

const NOBODY: Caller = { accountId: '', arn: 'anonymous' };

export class Callers {
  private readonly known = new Map<string, Promise<Caller>>();

  constructor(private readonly target: string) {}

  of(request: WireRequest): Promise<Caller> {
    const key = credentialScope(request)?.[0] ?? request.query.get('AWSAccessKeyId');
    if (!key) return Promise.resolve(NOBODY);
    // As on LocalStack: a key of 12 digits is the account.
    if (/^\d{12}$/.test(key)) return Promise.resolve(rootOf(key));
    const asked = this.known.get(key) ?? this.ask(key);
    this.known.set(key, asked);
    return asked;
  }

  /** Whose a key is that the gateway hands out itself. */
  learn(key: string, caller: Caller): void {
    this.known.set(key, Promise.resolve(caller));
  }

  private async ask(key: string): Promise<Caller> {
    try {
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
      const answer = await fetch(this.target, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          // LocalStack looks at the key alone.
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/${day}/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      });
      const text = await answer.text();
      const of = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
      if (answer.ok && of('Arn')) return { accountId: of('Account'), arn: of('Arn') };
    } catch {
      // It does not answer: the call itself will tell.
    }
    this.known.delete(key);
    return NOBODY;
  }
}
