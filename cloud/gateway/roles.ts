/**
 * What instances need of the engine's IAM and STS. Profiles and roles are the engine's: each launch asks it anew for those that it names.
 * Sessions are the engine's too, so that the keys which a metadata service hands out are keys that the engine knows.
 */
import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import type { Role as EngineRole } from '@aws-sdk/client-iam';
import { AwsError, type Credentials } from '../contract.ts';
import type { Directory, Role } from '../identity/directory.ts';
import { accessTo } from './access.ts';

/** What the engine lets every role have: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION_SECONDS = 3600;

export interface Session {
  readonly credentials: Credentials;
  /** ARN of whoever uses these credentials. */
  readonly arn: string;
}

export class Roles {
  constructor(
    private readonly target: string,
    private readonly directory: Directory,
  ) {}

  /** Has the directory know the profile that a launch names, with its role, as they are on the engine now. */
  async learn(accountId: string, named: IamInstanceProfileSpecification | undefined): Promise<void> {
    const name = named?.Name ?? named?.Arn?.split('/').at(-1);
    if (!name) return;
    const { profiles, roles } = this.directory;
    const known = this.directory.find(profiles, accountId, name);
    if (known) profiles.delete(known.arn);
    const sdk = await import('@aws-sdk/client-iam');
    const iam = new sdk.IAMClient(accessTo(this.target, accountId));
    try {
      const { InstanceProfile: found } = await iam.send(
        new sdk.GetInstanceProfileCommand({ InstanceProfileName: name }),
      );
      const [role] = found!.Roles!.map((one) => roleOf(accountId, one));
      if (role) roles.set(role.arn, role);
      profiles.set(found!.Arn!, {
        accountId,
        name,
        path: found!.Path!,
        arn: found!.Arn!,
        id: found!.InstanceProfileId!,
        createdAt: found!.CreateDate!.getTime(),
        role: role?.arn,
        tags: [],
      });
    } catch (error) {
      // The launch itself says that there is no such profile.
      if (!(error instanceof sdk.NoSuchEntityException)) throw error;
    } finally {
      iam.destroy();
    }
  }

  /** Begins a session. Throws `AwsError` where the engine refuses. */
  async begin(role: string, name: string): Promise<Session> {
    const { accountId } = this.directory.roles.get(role)!;
    const sdk = await import('@aws-sdk/client-sts');
    const sts = new sdk.STSClient(accessTo(this.target, accountId));
    try {
      const { Credentials: keys, AssumedRoleUser } = await sts.send(
        new sdk.AssumeRoleCommand({ RoleArn: role, RoleSessionName: name, DurationSeconds: SESSION_SECONDS }),
      );
      return {
        credentials: {
          accessKeyId: keys!.AccessKeyId!,
          secretAccessKey: keys!.SecretAccessKey!,
          sessionToken: keys!.SessionToken!,
          expiration: keys!.Expiration!.getTime(),
        },
        arn: AssumedRoleUser!.Arn!,
      };
    } catch (error) {
      throw new AwsError(
        'AssumeRoleFailed',
        `The engine began no session of ${role}: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      sts.destroy();
    }
  }
}

const roleOf = (accountId: string, found: EngineRole): Role => ({
  accountId,
  name: found.RoleName!,
  path: found.Path!,
  arn: found.Arn!,
  id: found.RoleId!,
  createdAt: found.CreateDate!.getTime(),
  inline: new Map(),
  attached: new Set(),
  tags: [],
  boundary: undefined,
  trust: decodeURIComponent(found.AssumeRolePolicyDocument!),
  description: found.Description,
  maxSession: found.MaxSessionDuration ?? SESSION_SECONDS,
});
