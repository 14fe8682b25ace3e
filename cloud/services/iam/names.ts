/**
 * Names and paths. Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names and
 * the constraints of each operation's page; the messages are those that AWS answers.
 */
import { AwsError, type Call } from '../../contract.ts';
import { constraints } from '../../identity/constraints.ts';

/** Letters of a new name at most. */
const LONGEST = { roleName: 64, userName: 64, policyName: 128, instanceProfileName: 128 } as const;

const invalid = (message: string): AwsError => new AwsError('ValidationError', message, 400);

/** Throws `ValidationError` for what IAM accepts as no name. */
export function assertName(
  name: string | undefined,
  member: keyof typeof LONGEST,
  most: number = LONGEST[member],
): string {
  constraints([[member, name, { least: 1, most }]]);
  if (/^[\w+=,.@-]+$/.test(name!)) return name!;
  throw invalid(
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** Throws `ValidationError`. */
export function pathOf(path: string | undefined): string {
  constraints([['path', path, { least: 1, most: 512 }, 'optional']]);
  if (path === undefined || /^\/(?:[!-~]+\/)?$/.test(path)) return path ?? '/';
  throw invalid(
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  );
}

/** Has the account something of this name? Names that differ in case alone are one. */
export function isTaken(
  among: ReadonlyMap<string, { readonly accountId: string; readonly name: string }>,
  { accountId }: Call,
  name: string,
): boolean {
  const wanted = name.toLowerCase();
  return [...among.values()].some((one) => one.accountId === accountId && one.name.toLowerCase() === wanted);
}
