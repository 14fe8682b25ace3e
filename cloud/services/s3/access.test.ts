/** Rights that a request asks for beside the one that has its name. */
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import * as api from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { bucket, put, t, upload, useBucket } from './testing.ts';

useBucket();

/** The client of a user who may do this to the objects of the test's bucket, and nothing else. */
async function userWith(
  ...Action: string[]
): Promise<{ s3: api.S3Client; may(...Action: string[]): Promise<unknown> }> {
  const UserName = `user-of-${bucket}`;
  await t.iam.send(new CreateUserCommand({ UserName }));
  const may = (...Action: string[]) => {
    const Statement = [{ Effect: 'Allow', Action, Resource: `arn:aws:s3:::${bucket}/*` }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    return t.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
  };
  await may(...Action);
  const { AccessKey } = await t.iam.send(new CreateAccessKeyCommand({ UserName }));
  const keys = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  return { s3: t.as(keys).s3, may };
}

const deniedFor = (action: string) => ({
  name: 'AccessDenied',
  message: expect.stringContaining(`is not authorized to perform: ${action} on resource: "arn:aws:s3:::${bucket}/a"`),
  status: 403,
});

test('to write on the condition that the object is still the same is to read', async () => {
  const { s3, may } = await userWith('s3:PutObject');
  const at = { Bucket: bucket, Key: 'a' };
  const { ETag: IfMatch } = await s3.send(new api.PutObjectCommand({ ...at, Body: 'x', IfNoneMatch: '*' }));
  const { UploadId, part } = await upload('a');
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: (await part(1, 'y')).ETag }] };
  const again = () => s3.send(new api.PutObjectCommand({ ...at, Body: 'x', IfMatch }));
  const complete = () => s3.send(new api.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload, IfMatch }));
  for (const call of [again, complete]) expect(await refusal(call())).toEqual(deniedFor('s3:GetObject'));
  await may('s3:PutObject', 's3:GetObject');
  await complete();
  expect(await refusal(again())).toMatchObject({ name: 'PreconditionFailed' });
});

test('to delete on the condition that the object is still the same is to read, on the condition that there is one is not', async () => {
  const { s3, may } = await userWith('s3:DeleteObject');
  const at = { Bucket: bucket, Key: 'a' };
  const { ETag } = await put('a');
  const remove = (IfMatch: string) => s3.send(new api.DeleteObjectCommand({ ...at, IfMatch }));
  const removeAll = () =>
    s3.send(new api.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'a', ETag }, { Key: 'b' }] } }));
  expect(await refusal(remove(ETag!))).toEqual(deniedFor('s3:GetObject'));
  const { Deleted, Errors } = await removeAll();
  expect([Deleted, Errors]).toMatchObject([[{ Key: 'b' }], [{ Key: 'a', Code: 'AccessDenied' }]]);
  await remove('*');
  await put('a');
  await may('s3:DeleteObject', 's3:GetObject');
  expect((await removeAll()).Deleted).toMatchObject([{ Key: 'a' }, { Key: 'b' }]);
});

test('to write tags with an object is a right of its own', async () => {
  await put('source');
  const { s3, may } = await userWith('s3:PutObject', 's3:GetObject');
  const at = { Bucket: bucket, Key: 'a' };
  const CopySource = `${bucket}/source`;
  const calls = (more: { Tagging?: string }) => [
    () => s3.send(new api.PutObjectCommand({ ...at, Body: 'x', ...more })),
    () => s3.send(new api.CopyObjectCommand({ ...at, CopySource, TaggingDirective: 'REPLACE', ...more })),
    () => s3.send(new api.CreateMultipartUploadCommand({ ...at, ...more })),
  ];
  for (const call of calls({})) await call();
  for (const call of calls({ Tagging: 'k=v' })) {
    expect(await refusal(call())).toEqual(deniedFor('s3:PutObjectTagging'));
  }
  await may('s3:PutObject', 's3:GetObject', 's3:PutObjectTagging');
  for (const call of calls({ Tagging: 'k=v' })) await call();
});
