/** Who makes a request, and what of it policies can ask for. */
import type { Millis, TraceId } from '../contract.ts';

/** Who signed a request. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'role' | 'anonymous' | 'service';
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** For a role session: the role's ARN. */
  readonly roleArn?: string;
  /** For a role session: the role's unique id. One of the same name that is made later is another role. */
  readonly roleId?: string;
  /** For a role session: when it began. */
  readonly issuedAt?: Millis;
  /** For a role session: what was said when it began. */
  readonly session?: SessionTerms;
  /** The trace entry that brought this session to life: of an execution environment, a script, an instance. */
  readonly cause?: TraceId;
  /** The request that has come from it; what a service does on its own has none. */
  readonly request?: RequestFacts;
}

/** What a session is given on its way: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
export interface SessionTerms {
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Keys of tags that go on to the sessions which this one begins. */
  readonly transitive: readonly string[];
  /** Documents that allow what of the role's rights the session may use; none: all of them. */
  readonly policies: readonly string[];
}

/** Of an HTTP request, for condition keys. */
export interface RequestFacts {
  /** That it was signed for. */
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
}

/** Condition keys of a request, as `aws:SourceArn`; several values where the key is a multivalued one. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[] | undefined>>;
