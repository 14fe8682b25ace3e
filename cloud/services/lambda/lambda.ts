/** What Lambda's operations share: the functions, what runs them, where packages come from. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type Call, type Core, type Millis } from '../../contract.ts';
import type { DestinationRules } from './destination-rules.ts';
import { invalidParameter } from './errors.ts';
import type { Invoker } from './invoker.ts';
import { type Package, Packages } from './package.ts';
import type { Pool } from './pool.ts';
import type { FunctionStore } from './store.ts';

interface CodeSource {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
  readonly ImageUri?: string | undefined;
}

/** Reads an object of S3 as the caller would. Throws what S3 throws. */
export type ReadObject = (bucket: string, key: string, versionId: string | undefined, call: Call) => Uint8Array;

/** How long Lambda works on a new function or an update after it has answered. */
const SETTLING = 1000;
const LOCATION = '/_code/';
/** For so long: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
const LOCATED: Millis = 10 * 60_000;

interface Located {
  readonly code: Package;
  readonly accountId: string;
  readonly until: Millis;
}

export class Lambda {
  private readonly packages: Packages;
  private readonly locations = new Map<string, Located>();

  constructor(
    readonly core: Core,
    readonly store: FunctionStore,
    readonly pool: Pool,
    readonly invoker: Invoker,
    readonly destinations: DestinationRules,
    private readonly readObject: ReadObject,
    folder: string,
  ) {
    this.packages = new Packages(folder);
  }

  /** The package that a request brings or names. Throws `InvalidParameterValueException`. */
  async code(source: CodeSource, call: Call): Promise<Package> {
    if (source.ZipFile) return await this.packages.add(source.ZipFile);
    if (source.S3Bucket && source.S3Key) {
      return await this.packages.add(this.fetch(source.S3Bucket, source.S3Key, source.S3ObjectVersion, call));
    }
    throw invalidParameter(
      source.ImageUri
        ? 'This cloud runs packages of type Zip, not images.'
        : 'Please provide a source for function code.',
    );
  }

  private fetch(bucket: string, key: string, versionId: string | undefined, call: Call): Uint8Array {
    try {
      return this.readObject(bucket, key, versionId, call);
    } catch (error) {
      if (!(error instanceof AwsError) || (error.status !== 404 && error.code !== 'InvalidArgument')) throw error;
      throw invalidParameter(
        `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
      );
    }
  }

  /** Does something once Lambda's own work is done, on the cloud's clock; `more`: milliseconds that it takes beyond the usual. */
  later(act: () => void | Promise<void>, more: Millis = 0): void {
    this.core.clock.at(this.core.clock.now() + SETTLING + more, act);
  }

  /** An address at which a package can be fetched for a while. */
  locate(code: Package, { accountId, endpoint }: Pick<Call, 'accountId' | 'endpoint'>): string {
    const now = this.core.clock.now();
    for (const [token, { until }] of this.locations) if (until < now) this.locations.delete(token);
    const token = randomBytes(16).toString('hex');
    this.locations.set(token, { code, accountId, until: now + LOCATED });
    return endpoint + LOCATION + token;
  }

  /** Forgets an account's functions, or all. */
  async reset(accountId?: string): Promise<void> {
    for (const one of this.store.list(accountId)) this.store.remove(one);
    for (const [token, located] of this.locations) {
      if (accountId === undefined || located.accountId === accountId) this.locations.delete(token);
    }
    await this.pool.retire((of) => accountId === undefined || of.accountId === accountId);
    if (accountId === undefined) await this.packages.clear();
  }

  /** True when the request was for a package's address. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (!request.url?.startsWith(LOCATION)) return false;
    const located = this.locations.get(request.url.slice(LOCATION.length));
    if (located && located.until >= this.core.clock.now()) {
      const { zip } = located.code;
      response.writeHead(200, { 'content-type': 'application/zip', 'content-length': zip.length }).end(zip);
    } else response.writeHead(404).end();
    return true;
  }
}
