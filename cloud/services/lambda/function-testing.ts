/** For tests: a function with a version and an alias, and the calls that are tried on it. */
import * as api from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { beforeAll } from 'vitest';
import { deployed, ECHO, fresh, functionArn, roleFor, t, useCloud } from './testing.ts';

export let name: string;
export let role: string;

/** Opens a cloud for the tests of a file, and makes the function. */
export function useFunction(): void {
  useCloud();
  beforeAll(async () => {
    role = await roleFor();
    name = await deployed(ECHO, { Role: role });
    await t.lambda.send(new api.PublishVersionCommand({ FunctionName: name }));
    await t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
  });
}

export const create = (more: Partial<api.CreateFunctionCommandInput> = {}, client = t.lambda) =>
  client.send(
    new api.CreateFunctionCommand({
      FunctionName: fresh('refused'),
      Role: role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.js': Buffer.from('') }) },
      ...more,
    }),
  );
export const get = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.GetFunctionCommand({ FunctionName, Qualifier }));
export const remove = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.DeleteFunctionCommand({ FunctionName, Qualifier }));
export const permit = (more: Partial<api.AddPermissionCommandInput> = {}) =>
  t.lambda.send(
    new api.AddPermissionCommand({
      FunctionName: name,
      StatementId: 's3',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      ...more,
    }),
  );
export const forbid = (more: Partial<api.RemovePermissionCommandInput> = {}) =>
  t.lambda.send(new api.RemovePermissionCommand({ FunctionName: name, StatementId: 's3', ...more }));
export const policy = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.GetPolicyCommand({ FunctionName, Qualifier }));
export const alias = (more: Partial<api.CreateAliasCommandInput>) =>
  t.lambda.send(new api.CreateAliasCommand({ FunctionName: name, Name: 'other', FunctionVersion: '1', ...more }));
export const weights = (AdditionalVersionWeights: Record<string, number>) =>
  alias({ RoutingConfig: { AdditionalVersionWeights } });
export const tag = (Resource: string, Tags: Record<string, string> = { a: '1' }) =>
  t.lambda.send(new api.TagResourceCommand({ Resource, Tags }));
export const arn = (qualifier = '') => `${functionArn(name)}${qualifier && `:${qualifier}`}`;
export const mapping = () =>
  `arn:aws:lambda:us-east-1:${t.accountId}:event-source-mapping:00000000-0000-0000-0000-000000000000`;

export const invoke = (bytes: number, InvocationType: api.InvocationType) => {
  // Two bytes for each ä.
  const Payload = `"${'ä'.repeat((bytes - 2) / 2)}${'a'.repeat(bytes % 2)}"`;
  return t.lambda.send(new api.InvokeCommand({ FunctionName: name, InvocationType, Payload }));
};

export const [invalid, missing, validation, large] = [
  'InvalidParameterValueException',
  'ResourceNotFoundException',
  'ValidationException',
  'RequestEntityTooLargeException',
] as const;
export const status = { [invalid]: 400, [missing]: 404, [validation]: 400, [large]: 413 };
export const one = (value: string, member: string, rule: string) =>
  `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${rule}`;
export const matching = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
export const NAME =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?';
export const QUALIFIER = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+';
export const manyTags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, '']));
export const WEIGHT =
  'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';

/** What is refused, by its code and in these words. */
export type Refusals = [string, () => Promise<unknown>, keyof typeof status, () => string][];
