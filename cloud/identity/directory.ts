/** Roles, users and policies of all accounts: what IAM administers and the evaluator reads. */
import type { Millis } from '../contract.ts';
import { type CompiledPolicy, compilePolicy } from './evaluate.ts';
import { managedByAws } from './managed.ts';

export interface Holder {
  readonly accountId: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Millis;
  readonly inline: Map<string, string>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
  tags: { Key: string; Value: string }[];
  /** ARN of the managed policy beyond which its own policies allow nothing. */
  boundary: string | undefined;
}

export interface Role extends Holder {
  trust: string;
  description: string | undefined;
  /** Seconds. */
  maxSession: number;
}

export interface User extends Holder {
  readonly keys: Set<string>;
}

export interface InstanceProfile {
  readonly accountId: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Millis;
  /** ARN of its role; it can have one. */
  role: string | undefined;
  readonly tags: { Key: string; Value: string }[];
}

export interface ManagedPolicy {
  readonly accountId: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Millis;
  document: string;
}

export class Directory {
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly profiles = new Map<string, InstanceProfile>();
  readonly policies = new Map<string, ManagedPolicy>();

  of<T extends { readonly accountId: string; readonly name: string }>(from: Map<string, T>, accountId: string): T[] {
    return [...from.values()]
      .filter((entry) => entry.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  find<T extends { readonly accountId: string; readonly name: string }>(
    from: Map<string, T>,
    accountId: string,
    name: string,
  ): T | undefined {
    for (const entry of from.values()) if (entry.accountId === accountId && entry.name === name) return entry;
    return undefined;
  }

  /** A managed policy's document, the account's own or one of AWS's. */
  document(arn: string): string | undefined {
    return this.policies.get(arn)?.document ?? managedByAws.get(arn);
  }

  policiesOf(holder: Holder): CompiledPolicy[] {
    const managed = [...holder.attached].map((arn) => this.document(arn)).filter((document) => document !== undefined);
    return [...holder.inline.values(), ...managed].map(compilePolicy);
  }

  reset(accountId?: string): void {
    for (const map of [this.roles, this.users, this.profiles, this.policies] as Map<string, { accountId: string }>[]) {
      for (const [key, entry] of map) if (accountId === undefined || entry.accountId === accountId) map.delete(key);
    }
  }
}
