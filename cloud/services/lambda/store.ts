/** Functions, versions and aliases: what is deployed, apart from what runs. */
import { randomUUID } from 'node:crypto';
import type { Cors } from '@aws-sdk/client-lambda';
import type { Millis } from '../../contract.ts';
import type { Statement } from '../../identity/policy.ts';
import { functionNotFound, notFound } from './errors.ts';
import { functionArn } from './names.ts';
import type { Package } from './package.ts';

/** What a version is made of. Seconds and megabytes. */
export interface Configuration {
  readonly description: string;
  readonly role: string;
  readonly handler: string;
  readonly runtime: string;
  readonly timeout: number;
  readonly memory: number;
  readonly variables: Readonly<Record<string, string>> | undefined;
  readonly architectures: readonly ('arm64' | 'x86_64')[];
  readonly ephemeralStorage: number;
  /** ARN of the queue that gets events which have failed for good. */
  readonly deadLetterTarget: string | undefined;
}

/** What becomes of the asynchronous events of a version or an alias. */
export interface EventInvokeConfig {
  readonly retries: number | undefined;
  /** Seconds. */
  readonly maximumAge: number | undefined;
  /** ARNs. */
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
  readonly modifiedAt: Millis;
}

export interface Version {
  /** `$LATEST` or a number. */
  readonly name: string;
  readonly arn: string;
  readonly configuration: Configuration;
  /** Of a published version: the description that $LATEST had then. Its own may be another, given when it was published. */
  readonly draftDescription?: string;
  readonly package: Package;
  readonly modifiedAt: Millis;
  /** Changes with every change of state, too, and with the policy. */
  revisionId: string;
}

export interface Alias {
  readonly name: string;
  version: string;
  description: string;
  /** Share of the traffic, by version: what does not go to `version`. */
  weights: Readonly<Record<string, number>>;
  revisionId: string;
}

/** A URL of a function, or of one of its aliases. */
export interface FunctionUrl {
  /** Part of the host name that no other URL has. */
  readonly id: string;
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly cors: Cors | undefined;
  /** Only where a request has named it, as AWS tells it then. */
  readonly invokeMode: 'BUFFERED' | undefined;
  readonly createdAt: Millis;
  readonly modifiedAt: Millis;
}

export interface LambdaFunction {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  /** What is configured; what runs is `serving` while an update is in progress. */
  latest: Version;
  serving: Version;
  state: 'Pending' | 'Active';
  updating: boolean;
  readonly versions: Map<string, Version>;
  readonly aliases: Map<string, Alias>;
  lastVersion: number;
  tags: Record<string, string>;
  reservedConcurrency: number | undefined;
  /** Resource-based policy; each statement's Resource is a qualified or unqualified ARN. */
  readonly permissions: Statement[];
  /** Of the policies, by the resource that each is of: what changes a function does not change them. */
  readonly policyRevisions: Map<string, string>;
  /** By qualifier, `$LATEST` among them. */
  readonly asynchronous: Map<string, EventInvokeConfig>;
  /** By alias, '' for the function itself. A URL outlives its alias. */
  readonly urls: Map<string, FunctionUrl>;
}

export class FunctionStore {
  private readonly functions = new Map<string, LambdaFunction>();

  constructor(readonly region: string) {}

  find(accountId: string, name: string): LambdaFunction | undefined {
    return this.functions.get(`${accountId} ${name}`);
  }

  /** Throws `ResourceNotFoundException`. */
  get(reference: { accountId: string; name: string; qualifier?: string | undefined }): LambdaFunction {
    const found = this.find(reference.accountId, reference.name);
    if (!found)
      throw functionNotFound(functionArn(this.region, reference.accountId, reference.name, reference.qualifier));
    return found;
  }

  add(made: LambdaFunction): void {
    this.functions.set(`${made.accountId} ${made.name}`, made);
  }

  remove(gone: LambdaFunction): void {
    this.functions.delete(`${gone.accountId} ${gone.name}`);
  }

  /** The function whose URL has this id, and the alias that the URL is of. */
  byUrl(id: string): { of: LambdaFunction; qualifier: string | undefined; url: FunctionUrl } | undefined {
    for (const of of this.functions.values()) {
      for (const [alias, url] of of.urls) if (url.id === id) return { of, qualifier: alias || undefined, url };
    }
    return undefined;
  }

  list(accountId?: string): LambdaFunction[] {
    return [...this.functions.values()]
      .filter((one) => accountId === undefined || one.accountId === accountId)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}

/** The version that a qualifier means at this moment. Throws `ResourceNotFoundException`. */
export function resolveVersion(of: LambdaFunction, qualifier: string | undefined, draw: () => number): Version {
  if (qualifier === undefined || qualifier === '$LATEST') return of.serving;
  const alias = of.aliases.get(qualifier);
  const version = of.versions.get(alias ? drawVersion(alias, draw) : qualifier);
  if (!version) throw functionNotFound(`${of.arn}:${qualifier}`);
  return version;
}

function drawVersion(alias: Alias, draw: () => number): string {
  let left = draw();
  for (const [version, weight] of Object.entries(alias.weights)) {
    left -= weight;
    if (left < 0) return version;
  }
  return alias.version;
}

export function aliasOf(of: LambdaFunction, name: string | undefined): Alias {
  const alias = of.aliases.get(name ?? '');
  if (!alias) throw notFound(`Alias not found: ${of.arn}:${name}`);
  return alias;
}

export const newRevision = (): string => randomUUID();
