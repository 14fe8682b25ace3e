/** Lists, page by page. */
import * as iam from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../../testing.ts';

let t: TestCloud;
beforeEach(async () => {
  t = await openTestCloud();
});
afterEach(() => t.close());

interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** What each page shows. A marker comes exactly where there is more. */
async function pages<P extends Page>(
  list: (at: { MaxItems: number; Marker?: string }) => Promise<P>,
  named: (page: P) => (string | undefined)[],
): Promise<(string | undefined)[][]> {
  const seen: (string | undefined)[][] = [];
  let Marker: string | undefined;
  do {
    const page: P = await list({ MaxItems: 2, ...(Marker ? { Marker } : {}) });
    seen.push(named(page));
    expect(page.IsTruncated).toBe(page.Marker !== undefined);
    Marker = page.Marker;
  } while (Marker);
  return seen;
}

test('roles, by name, though each page’s are deleted once they are seen', async () => {
  for (const name of ['c', 'a', 'e', 'b', 'd']) await t.role(name);
  const seen = await pages(
    async (at) => {
      const page = await t.iam.send(new iam.ListRolesCommand(at));
      for (const { RoleName } of page.Roles!) {
        for (const PolicyName of (await t.iam.send(new iam.ListRolePoliciesCommand({ RoleName }))).PolicyNames!) {
          await t.iam.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
        }
        await t.iam.send(new iam.DeleteRoleCommand({ RoleName }));
      }
      return page;
    },
    ({ Roles }) => Roles!.map(({ RoleName }) => RoleName),
  );
  expect(seen).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('policies of a role and a user, and instance profiles', async () => {
  const [RoleName, UserName] = ['worker', 'ann'];
  await t.role(RoleName);
  await t.iam.send(new iam.CreateUserCommand({ UserName }));
  const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  for (const PolicyName of ['three', 'one', 'two']) {
    await t.iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    const { Policy } = await t.iam.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument, Path: '/own/' }));
    await t.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: Policy!.Arn! }));
    await t.iam.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: PolicyName }));
  }
  const expected = [['one', 'three'], ['two']];
  expect(
    await pages(
      (at) => t.iam.send(new iam.ListUserPoliciesCommand({ UserName, ...at })),
      ({ PolicyNames }) => PolicyNames!,
    ),
  ).toEqual(expected);
  const attached = (PathPrefix: string) =>
    pages(
      (at) => t.iam.send(new iam.ListAttachedRolePoliciesCommand({ RoleName, PathPrefix, ...at })),
      ({ AttachedPolicies }) => AttachedPolicies!.map(({ PolicyName }) => PolicyName),
    );
  expect(await attached('/own/')).toEqual(expected);
  expect(await attached('/others/')).toEqual([[]]);
  expect(
    await pages(
      (at) => t.iam.send(new iam.ListInstanceProfilesCommand(at)),
      ({ InstanceProfiles }) => InstanceProfiles!.map(({ InstanceProfileName }) => InstanceProfileName),
    ),
  ).toEqual(expected);
});
