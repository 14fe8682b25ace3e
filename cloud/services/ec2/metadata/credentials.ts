/**
 * The credentials of an instance's role. They hold for a little over six hours and are replaced each hour, so that those who ask always get
 * some with more than five minutes left.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
import { AwsError, type Core, type Credentials, type Millis, type TraceId } from '../../../contract.ts';
import type { Instance } from '../store.ts';

/** No whole number of hours: the SDK still uses what ends at this very moment, as hardly anybody meets it on AWS. */
const HOLD_SECONDS = 6 * 3600 + 1400;
const REPLACE_AFTER = 3_600_000;

interface Held {
  readonly role: string;
  readonly since: Millis;
  readonly credentials: Credentials;
}

/** Begins a session of a role, which holds so long or shorter; `cause` marks all calls made with it. Throws `AwsError`. */
export type BeginSession = (
  role: string,
  name: string,
  seconds: number,
  cause: TraceId,
) => Credentials | Promise<Credentials>;

export class RoleCredentials {
  private held: Held | undefined;
  private renewing: Promise<Held> | undefined;

  constructor(
    private readonly core: Core,
    private readonly begin: BeginSession,
  ) {}

  /** As the metadata service gives them. A role that does not trust EC2 gives none, and the answer says so. */
  async read(instance: Instance, role: { readonly arn: string; readonly name: string }): Promise<string> {
    const now = this.core.clock.now();
    try {
      this.core.identity.assertAssumable(role.arn, 'ec2.amazonaws.com');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return print({
        Code: 'AssumeRoleUnauthorizedAccess',
        Message: `EC2 cannot assume the role ${role.name}.  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.`,
        LastUpdated: time(now),
      });
    }
    let held: Held;
    try {
      held = this.held && holds(this.held, role.arn, now) ? this.held : await this.renewed(instance, role.arn, now);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return print({ Code: 'Failed', Message: error.message, LastUpdated: time(now) });
    }
    const { credentials, since } = held;
    return print({
      Code: 'Success',
      LastUpdated: time(since),
      Type: 'AWS-HMAC',
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: time(credentials.expiration!),
    });
  }

  /** Whoever asks while new ones are on their way gets those. */
  private renewed(instance: Instance, role: string, now: Millis): Promise<Held> {
    this.renewing ??= this.renew(instance, role, now).finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async renew({ id, accountId, machine }: Instance, role: string, since: Millis): Promise<Held> {
    const cause = this.core.trace.add({
      kind: 'hop',
      accountId,
      service: 'ec2',
      operation: 'InstanceCredentials',
      resource: id,
      ...(machine.booted === undefined ? {} : { cause: machine.booted }),
      detail: { role },
    });
    this.core.callers.add(cause, { kill: () => machine.crash() });
    const credentials = await this.begin(role, id, HOLD_SECONDS, cause);
    this.core.trace.amend(cause, { detail: { seconds: (credentials.expiration! - since) / 1000 } });
    this.held = { role, since, credentials };
    return this.held;
  }
}

/** New ones come after an hour, and of those that hold for less than two after half of their time. */
const holds = ({ role, since, credentials }: Held, wanted: string, now: Millis): boolean =>
  role === wanted && now - since < Math.min(REPLACE_AFTER, (credentials.expiration! - since) / 2);

const time = (at: Millis): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const print = (value: object): string => JSON.stringify(value, undefined, 2);
