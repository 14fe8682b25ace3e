/** Access keys and sessions: who a key belongs to, until when. */
import { randomBytes } from 'node:crypto';
import type { Credentials, Millis, Principal, TraceId } from '../contract.ts';

export interface Key extends Credentials {
  readonly principal: Principal;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An AWS unique identifier: a prefix of four letters (`AKIA`, `ASIA`, `AROA`) and 16 more. */
export const uniqueId = (prefix: string): string =>
  prefix + [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');

const newSecret = (): string => randomBytes(30).toString('base64');

export class Keys {
  private readonly byId = new Map<string, Key>();
  /** Ids that were handed out once and hold no more: they are nobody's, where an open cloud takes any other for the default account. */
  private readonly gone = new Set<string>();
  private readonly roots = new Map<string, Key>();

  constructor(private readonly kind: 'open' | 'checked') {}

  find(accessKeyId: string): Key | undefined {
    return this.byId.get(accessKeyId);
  }

  isGone(accessKeyId: string): boolean {
    return this.gone.has(accessKeyId);
  }

  root(accountId: string): Key {
    let key = this.roots.get(accountId);
    if (!key) {
      const principal = rootOf(accountId);
      key =
        this.kind === 'open'
          ? { accessKeyId: accountId, secretAccessKey: 'any', principal }
          : { accessKeyId: uniqueId('AKIA'), secretAccessKey: newSecret(), principal };
      this.roots.set(accountId, key);
      if (this.kind === 'checked') this.byId.set(key.accessKeyId, key);
    }
    return key;
  }

  /** A long-lived key of a user. */
  user(principal: Principal): Key {
    return this.add({ accessKeyId: uniqueId('AKIA'), secretAccessKey: newSecret(), principal });
  }

  session(principal: Principal, expiration: Millis): Key {
    return this.add({
      accessKeyId: uniqueId('ASIA'),
      secretAccessKey: newSecret(),
      sessionToken: randomBytes(96).toString('base64'),
      expiration,
      principal,
    });
  }

  remove(accessKeyId: string): void {
    if (this.byId.delete(accessKeyId)) this.gone.add(accessKeyId);
  }

  reset(accountId?: string): void {
    for (const [id, { principal }] of this.byId) {
      if (accountId === undefined || principal.accountId === accountId) this.remove(id);
    }
    for (const id of this.roots.keys()) if (accountId === undefined || id === accountId) this.roots.delete(id);
  }

  private add(key: Key): Key {
    this.byId.set(key.accessKeyId, key);
    return key;
  }
}

/** Who signs nothing. */
export const anonymous: Principal = { kind: 'anonymous', accountId: '', arn: '*', userId: 'anonymous' };

export const rootOf = (accountId: string): Principal => ({
  kind: 'root',
  accountId,
  arn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
});

export const sessionOf = (
  role: { arn: string; accountId: string; id: string; name: string },
  sessionName: string,
  issuedAt: Millis,
  cause?: TraceId,
): Principal => ({
  kind: 'role',
  accountId: role.accountId,
  arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
  userId: `${role.id}:${sessionName}`,
  roleArn: role.arn,
  roleId: role.id,
  issuedAt,
  ...(cause === undefined ? {} : { cause }),
});
