/** A request that is no call of an AWS API, and is recorded, made to fail and answered like one: one to a function's URL. */
import type { AwsError, Principal, TraceId } from '../contract.ts';
import type { WireResponse } from './respond.ts';

export interface Visitor {
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceId: TraceId;
}

export interface Visit {
  /** For the trace and for faults. */
  readonly about: {
    readonly accountId: string;
    readonly service: string;
    readonly operation: string;
    readonly resource: string;
  };
  /** Who sent it. Throws `AwsError` for a wrong signature. */
  authenticate(): Principal;
  /** Throws `AwsError`. */
  act(visitor: Visitor): Promise<WireResponse>;
  /** The answer in the place of an error. */
  refuse(error: AwsError): WireResponse;
}
