/**
 * The shapes that the rooms of the cloud share. A service is a table of typed handlers; it prints and parses no protocol
 * (`wire/` does), keeps no wall-clock time (`Clock` does) and calls other services only through `Core`.
 */
import type { Faults } from './contract/faults.ts';
import type { MetricSink } from './contract/measures.ts';
import type { ConditionKeys, Principal } from './contract/principal.ts';

export type { Fault, Faults, Parties } from './contract/faults.ts';
export type { Feed, Measured, Measurement, MetricSink, Outlet, Stretch } from './contract/measures.ts';
export type { ConditionKeys, Principal, RequestFacts, SessionTerms } from './contract/principal.ts';

/** A moment in milliseconds since the Unix epoch, on the cloud's clock. */
export type Millis = number;

export interface Timer {
  cancel(): void;
}

export interface Clock {
  now(): Millis;
  /** True while time moves only by `advance` and by `spend`. */
  readonly held: boolean;
  /** Runs `task` when the clock reaches `time`. Tasks of one moment run in the order in which they were made. */
  at(time: Millis, task: () => void | Promise<void>): Timer;
  /**
   * Like `at`, for what reaches programs from outside: they have got to that moment first, and their own timers of it have fired.
   */
  arrive(time: Millis, task: () => void | Promise<void>): Timer;
  /** Resolves when the clock has moved on by `ms`. Who waits here counts as settled. */
  sleep(ms: number): Promise<void>;
  /**
   * Virtual latency: like `sleep`, but a held clock moves on by itself once nothing else in the cloud or its sandboxes
   * can happen first. At wall speed it is a plain wait.
   */
  spend(ms: number): Promise<void>;
  /**
   * While anybody drives, a held clock moves on by itself, from one due moment to the next, whenever all has settled: a
   * synchronous invocation and a running script do so, or their own timers would never fire. Call the result once to stop.
   */
  drive(): () => void;
  /** Moves a held clock on, playing all that falls due in order; returns when what it set off has settled. */
  advance(ms: number): Promise<void>;
  /** Stops the flow of time: from here on it moves only by `advance` and `spend`. */
  hold(at?: Millis): void;
  /** Counts work of the cloud that is under way, so that the clock does not move past it. Call the result once to end it. */
  busy(what: string): () => void;
}

export type TraceId = number;

export interface TraceEntry {
  readonly id: TraceId;
  readonly time: Millis;
  /** `call`: an API call. `hop`: something the cloud did itself (a notification, an invocation, a freeze). */
  readonly kind: 'call' | 'hop';
  readonly accountId: string;
  readonly service: string;
  readonly operation: string;
  /** ARN or name of what it acted on. */
  readonly resource?: string;
  readonly cause?: TraceId;
  readonly principal?: string;
  /** Error code, where it failed. */
  readonly error?: string;
  /** Id of the fault that was applied. */
  readonly fault?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Trace {
  add(entry: Omit<TraceEntry, 'id' | 'time'>): TraceId;
  /** Adds what was not known at first (an error, a detail) to an entry. */
  amend(id: TraceId, more: Partial<Omit<TraceEntry, 'id' | 'time'>>): void;
  entries(accountId?: string): readonly TraceEntry[];
}

/** What a handler gets beside its input. */
export interface Call {
  readonly core: Core;
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
  /** `http://host:port` as the client sees this cloud: for queue URLs and the like. */
  readonly endpoint: string;
  /** Entry of this very call in the trace. */
  readonly traceId: TraceId;
  /** Lower-cased request headers; only for what the schemas do not model. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /**
   * For what takes the cloud's time, or a program's: a long poll, an invocation. An operation counts as work from its start to its
   * end, and a held clock stands still for so long, except in here.
   */
  wait<T>(until: () => Promise<T>): Promise<T>;
}

/** One operation. Types come from the SDK's `…CommandInput` and `…CommandOutput` (without `$metadata`). */
export type Operation<I, O> = (input: I, call: Call) => Promise<Omit<O, '$metadata'>> | Omit<O, '$metadata'>;

/** Operations by name, as the wire layer holds them: there the types are erased, the schema vouches for the shape. */
export type Handlers = Readonly<Record<string, Operation<never, unknown>>>;

export interface Service {
  /** The name that requests are signed for (`s3`, `sqs`, `lambda`, `ec2`, `logs`, `iam`, `sts`). */
  readonly name: string;
  /** Imports the service's SDK client, whose exported schemas describe the wire. Called once, when first needed. */
  load(): Promise<Record<string, unknown>>;
  readonly handlers: Handlers;
  /** Forgets everything (of one account, or of all). */
  reset(accountId?: string): void | Promise<void>;
  /** Ends processes and the like. */
  close?(): Promise<void>;
}

/** An event on its way from one service to another. */
export interface Delivery {
  readonly payload: string;
  /** The service that sends it, as in a policy's principal: `s3.amazonaws.com`. */
  readonly from: string;
  /** ARN of the resource that it comes from, for `aws:SourceArn`. */
  readonly sourceArn: string;
  readonly sourceAccount: string;
  readonly cause: TraceId;
  /** The role session that makes the call: its policies are asked then, as for any caller's, instead of the service's right. */
  readonly as?: Principal;
  /** Attributes of a message, where the target has messages. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** The same where they are a message's own, of whichever type. */
  readonly messageAttributes?: Readonly<
    Record<
      string,
      {
        readonly DataType: string | undefined;
        readonly StringValue?: string | undefined;
        readonly BinaryValue?: Uint8Array | undefined;
      }
    >
  >;
  /** Group of a message, where the target has such. */
  readonly groupId?: string;
  /** Subject of a message, where the target has such. */
  readonly subject?: string;
}

/** Takes deliveries for one service's ARNs. Throws `AwsError` (`AccessDenied`, `ResourceNotFound…`) when it refuses. */
export interface Target {
  deliver(arn: string, delivery: Delivery): Promise<void>;
  /** Checks that the target exists and would accept: S3 does so when notifications are configured. */
  verify(arn: string, from: string, sourceArn: string, sourceAccount: string): void | Promise<void>;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Millis;
}

export interface Identity {
  /** A session of a role, as STS would hand out. `cause` marks all calls made with it. */
  mintSession(roleArn: string, sessionName: string, seconds: number, cause?: TraceId): Credentials;
  /** The account's root keys: random and checked under a grader; on an open cloud the 12-digit account id itself. */
  rootCredentials(accountId: string): Credentials;
  /** Throws `AwsError` unless a role exists that trusts `service` (`lambda.amazonaws.com`). */
  assertAssumable(roleArn: string, service: string): void;
  /** Throws `AccessDeniedException` unless the caller may hand this role, of the own account, to `service`. */
  assertPassable(principal: Principal, roleArn: string, service: string): void;
  /** A session of a role that a service assumes on behalf of a resource; `undefined` unless the role exists and trusts it so. */
  assumeFor(roleArn: string, request: AssumptionRequest): Principal | undefined;
  /** Evaluates identity policies of `principal` and, when given, the resource's policy. Throws `AccessDenied…`. */
  authorize(request: AuthorizationRequest): void;
  /** Does a resource policy let `service` do `action`? */
  resourcePolicyAllows(policy: string | undefined, request: ServiceRequest): boolean;
}

export interface AssumptionRequest {
  /** `scheduler.amazonaws.com` */
  readonly service: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
  readonly sessionName: string;
  readonly cause?: TraceId;
}

export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resource: string;
  readonly resourcePolicy?: string;
  /** Account that owns the resource, when it may differ from the caller's. */
  readonly resourceAccount?: string;
  readonly context?: ConditionKeys;
}

export interface ServiceRequest {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** A program in a sandbox, as the cloud knows it by its credentials. */
export interface Caller {
  /** ARN of what runs, where it has one: a function. */
  readonly arn?: string;
  /** Milliseconds that its clock is ahead of the cloud's, where it was made to be. */
  readonly skew?: number;
  /** The entry that its calls follow from at this moment: a function's invocation. */
  doing?(): TraceId | undefined;
  /** SIGKILL to all of its processes; returns when none is left. */
  kill(): Promise<void>;
}

/** Who calls, by the trace entry that a session names as its cause. */
export interface Callers {
  /** Call the result when it has ended. */
  add(cause: TraceId, caller: Caller): () => void;
  find(cause: TraceId): Caller | undefined;
}

/** What every service can reach. */
export interface Core {
  readonly region: string;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly faults: Faults;
  readonly callers: Callers;
  readonly identity: Identity;
  /** Deliveries to other services, by the service part of the target's ARN. */
  readonly targets: { register(service: string, target: Target): void; get(arn: string): Target };
  /** Writes function output to CloudWatch Logs. */
  readonly logs: LogSink;
  /** What services measure, for CloudWatch. */
  readonly metrics: MetricSink;
  /** URL of the running cloud, as sandboxes are told it. */
  readonly endpoint: () => string;
  /** Where this cloud keeps files: one folder, removed at close. */
  readonly folder: string;
  readonly sandbox: 'process' | 'sealed';
}

export interface LogSink {
  write(accountId: string, group: string, stream: string, events: readonly { time: Millis; message: string }[]): void;
}

/** An error that the client is to see, in its service's own form. `code` is AWS's, without namespace. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further modelled members of the error (`Resource`, `retryAfterSeconds`, …). */
    readonly members: Readonly<Record<string, unknown>> = {},
    /** What S3 tells beside the body, where it tells anything. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }
}
