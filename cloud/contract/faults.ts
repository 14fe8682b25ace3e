/** Faults: rules that make calls go wrong, for tests that ask what happens then. */

/** A rule that makes calls go wrong. Data only, so that it can come over HTTP. */
export interface Fault {
  readonly id: string;
  readonly accountId?: string;
  /** `*`: calls of whichever service. */
  readonly service: string;
  readonly operation?: string;
  /** Matches the call's resource: exact, or with `*` at the end. */
  readonly resource?: string;
  /** Matches the ARN of who calls: exact, or with `*` at the end. */
  readonly principal?: string;
  /** Matches calls of one party to the other. */
  readonly between?: {
    /**
     * Who calls, by an ARN: of its session, its role, its function. Exact, or with `*` at the end, as `to`.
     */
    readonly from: string;
    /** What is called: an ARN, a resource as in `resource`, or the name of a service. */
    readonly to: string;
    /** Calls of `to` to `from` are met too. */
    readonly bothWays?: boolean;
  };
  /** 1 is the first matching call; without it every one. */
  readonly nth?: number;
  readonly effect:
    | { readonly kind: 'latency'; readonly ms: number }
    | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message?: string }
    | { readonly kind: 'reset' }
    | { readonly kind: 'lost-reply' }
    | { readonly kind: 'duplicate-delivery' }
    /** Kills the program that calls: before the call is applied, or after it and before its answer. */
    | { readonly kind: 'kill'; readonly when: 'before' | 'after' }
    /** No answer ever comes, and nothing is done; who calls waits for as long as it will. */
    | { readonly kind: 'hang' }
    /** The answer's body comes in pieces, each a while after the one before. */
    | { readonly kind: 'drip'; readonly bytes: number; readonly ms: number }
    /** This is answered instead, and nothing is done. */
    | {
        readonly kind: 'answer';
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body: string;
      }
    /** The clock of an execution environment that starts is ahead of the cloud's by so much; behind it, where that is negative. */
    | { readonly kind: 'skew'; readonly ms: number };
}

/** The two ends of a call, by all that each is known by. */
export interface Parties {
  readonly caller: readonly string[];
  readonly called: readonly string[];
}

export interface Faults {
  add(fault: Fault): void;
  remove(id: string): void;
  clear(accountId?: string): void;
  /** The faults that hit this call; counts it. */
  match(call: {
    accountId: string;
    service: string;
    operation: string;
    resource?: string;
    principal?: string;
    parties?: Parties;
  }): readonly Fault[];
}
