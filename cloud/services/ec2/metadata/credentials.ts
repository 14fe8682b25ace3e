/**
 * The credentials of an instance's role. They hold for a little over six hours and are replaced each hour, so that those who ask always get
 * some with more than five minutes left.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
import { AwsError, type Core, type Credentials, type Millis } from '../../../contract.ts';
import type { Instance } from '../store.ts';

/** No whole number of hours: the SDK still uses what ends at this very moment, as hardly anybody meets it on AWS. */
const HOLD_SECONDS = 6 * 3600 + 1400;
const REPLACE_AFTER = 3_600_000;

export class RoleCredentials {
  private held: { readonly role: string; readonly since: Millis; readonly credentials: Credentials } | undefined;

  constructor(private readonly core: Core) {}

  /** As the metadata service gives them. A role that does not trust EC2 gives none, and the answer says so. */
  read(instance: Instance, role: { readonly arn: string; readonly name: string }): string {
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
    if (this.held?.role !== role.arn || now - this.held.since >= REPLACE_AFTER) this.renew(instance, role.arn, now);
    const { credentials, since } = this.held!;
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

  private renew({ id, accountId, machine }: Instance, role: string, now: Millis): void {
    const cause = this.core.trace.add({
      kind: 'hop',
      accountId,
      service: 'ec2',
      operation: 'InstanceCredentials',
      resource: id,
      ...(machine.booted === undefined ? {} : { cause: machine.booted }),
      detail: { role, seconds: HOLD_SECONDS },
    });
    this.core.callers.add(cause, { kill: () => machine.crash() });
    this.held = { role, since: now, credentials: this.core.identity.mintSession(role, id, HOLD_SECONDS, cause) };
  }
}

const time = (at: Millis): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const print = (value: object): string => JSON.stringify(value, undefined, 2);
