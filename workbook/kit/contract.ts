/**
 * What a grading step sees. A step is a client of the cloud: it deploys the learner's files, acts, and judges what the
 * AWS APIs show. Everything here works over HTTP, so that the same step runs on any engine.
 */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Fault, TraceEntry } from '../../cloud/contract.ts';

/** Numbers, names and choices drawn from the run's seed: the same seed draws the same. */
export interface Seeded {
  readonly seed: number;
  integer(from: number, to: number): number;
  pick<T>(from: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  /** A name that is unlikely to be guessed: `reports-k3f9`. */
  name(prefix: string): string;
}

/** Of the account, or of a session. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a client of the SDK is made, whichever service it speaks to. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Keys;
  readonly maxAttempts: number;
}

export interface Aws {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

export interface DeployOptions {
  /** The exported function; `handler` unless told. */
  readonly export?: string;
  /** Seconds, as Lambda's own Timeout. 30 unless told. */
  readonly timeout?: number;
  /** MB, as Lambda's MemorySize. 512 unless told. */
  readonly memory?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Inline policy statements of the function's role. */
  readonly policy?: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export interface Invocation {
  /** The parsed JSON that the function answered; undefined when it failed. */
  readonly value: unknown;
  /** Set when the function failed: Lambda's errorType, errorMessage and the trace, in the learner's files. */
  readonly error?: { readonly type: string; readonly message: string; readonly at?: string };
  /** Lines of the learner's own output in this invocation. */
  readonly output: readonly string[];
  readonly requestId: string;
  /** Virtual milliseconds from start to end. */
  readonly duration: number;
  /** Which execution environment served it (its log stream's name). */
  readonly environment: string;
  readonly cold: boolean;
}

export interface Deployed {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  invoke(event: unknown): Promise<Invocation>;
  /** Starts `n` invocations that overlap, so that each has an environment of its own. */
  invokeTogether(events: readonly unknown[]): Promise<Invocation[]>;
}

export interface ScriptRun {
  /** null when it was killed. */
  readonly exitCode: number | null;
  /** What killed it: a fault, or the kit, which then says by `error` why. */
  readonly signal?: string;
  readonly output: readonly string[];
  readonly error?: { readonly type: string; readonly message: string; readonly at?: string };
}

/** What a failing expectation adds to its message. */
export interface Because {
  /** What is being compared: "the pages of `a b.pdf`". */
  readonly what: string;
  /** The mistake that most often leads here, in one sentence. Never the fix itself. */
  readonly cause?: string;
  /** Number of the hint (from 1) that helps; the next unread one unless told. */
  readonly hint?: number;
}

/** What becomes of time that cannot be moved. */
export interface Otherwise {
  /** Real milliseconds to wait at most. */
  readonly wall: number;
  /** Ends the wait as soon as it answers true. */
  readonly until?: () => Promise<boolean>;
}

/**
 * The tools of one check. Each check has an AWS account of its own. What is deployed and run is the learner's in the files that
 * lab.json lists for the step, and the reference answer's in all others: no step falls because another did.
 */
export interface Check {
  readonly accountId: string;
  readonly seeded: Seeded;
  /** Clients of this check's account with its root keys. */
  readonly aws: Aws;
  /** A client of any service, with the same keys unless told: `t.client(DynamoDBClient)`. One for each check and keys, ended with it. */
  client<T extends { destroy(): void }>(Client: new (config: ClientConfig) => T, keys?: Keys): T;
  /** Clients of another account, each time a new one: for what must be refused to strangers. It is forgotten with the check. */
  stranger(): Promise<Aws>;
  /**
   * The same tools in a new account, whose choices are drawn by `name`; all that is in it is forgotten at the end. For a soak, which
   * does the same over and over: in one account the trace would grow, and with it the cost of each look. Time goes on.
   */
  anew<T>(name: string, body: (t: Check) => Promise<T>): Promise<T>;
  /** Bundles a file of the learner's (or of the answer under test) and creates it as a Lambda function. */
  deploy(file: string, options?: DeployOptions): Promise<Deployed>;
  /**
   * Bundles a file of the answer as a program for an instance: one ES module that is an executable, with all in it but the SDK, which
   * an image of the cloud has. On the instance its name has to end in `.mjs`.
   */
  build(file: string): Promise<Uint8Array>;
  /** Runs a file as a script (deploy.ts and the like) in a sandbox of its own, in a copy of the answer's folder, with credentials of this account. */
  run(
    file: string,
    options?: { environment?: Readonly<Record<string, string>>; args?: readonly string[] },
  ): Promise<ScriptRun>;
  /** The text of a file of the answer: for forms that are filled in, never for code. */
  read(file: string): Promise<string>;
  /** Wraps an existing function (made by a learner's script) for invoking. */
  functionNamed(name: string, qualifier?: string): Deployed;
  /** A fresh bucket. */
  bucket(): Promise<string>;
  readonly clock: {
    now(): Promise<number>;
    /**
     * Moves time on by so many milliseconds. Where it cannot be moved, a check that lives with less says how much by `wall`;
     * without it, it needs `virtual-time` in lab.json. Returns the milliseconds that went by.
     */
    advance(milliseconds: number, otherwise?: Otherwise): Promise<number>;
  };
  /**
   * Looks until there is something, for so many real milliseconds at most, and resolves with what there is then. Only for what programs
   * do that are on nobody's clock (Python, Ansible): all else is there when time has been moved.
   */
  eventually<T>(look: () => Promise<T | undefined>, wall: number): Promise<T | undefined>;
  /** 1; smaller where seconds are real: what a check draws for time limits and costs is multiplied by it. */
  readonly pace: number;
  readonly faults: { add(fault: Omit<Fault, 'id' | 'accountId'>): Promise<string>; remove(id: string): Promise<void> };
  trace(): Promise<readonly TraceEntry[]>;
  /** Notes what was done, for the second line of a failure: "uploaded 3 documents, sent their event". */
  did(what: string): void;
  /** Deep equality; on failure shows the smallest difference. */
  equal(seen: unknown, expected: unknown, because: Because): void;
  /** A condition; `expected` and `seen` are sentences. */
  that(condition: boolean, message: { expected: string; seen: string } & Omit<Because, 'what'>): void;
  /** Fails the check unless the invocation succeeded, telling the learner's own error. */
  succeeded(invocation: Invocation, because?: Because): void;
}

/**
 * A check of the step whose file calls it. `id` is permanent and listed in lab.json. `patience`: real milliseconds after which it is
 * given up, where programs that are on nobody's clock take longer than others.
 */
export type DefineCheck = (
  id: string,
  body: (t: Check) => Promise<void>,
  options?: { readonly patience: number },
) => void;
