/** Which runtimes a function may have: AWS's answers, as they were recorded. */
import * as api from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { deployed, ECHO, fresh, roleFor, t, useCloud } from './testing.ts';

useCloud();

let role: string;
beforeAll(async () => {
  role = await roleFor();
});

const create = (Runtime: string) =>
  t.lambda.send(
    new api.CreateFunctionCommand({
      FunctionName: fresh('runtime'),
      Role: role,
      Runtime: Runtime as api.Runtime,
      Handler: 'pkg/module.function',
      Code: { ZipFile: zipSync({ 'index.py': Buffer.from('') }) },
    }),
  );
const update = (FunctionName: string, Runtime: string) =>
  t.lambda.send(new api.UpdateFunctionConfigurationCommand({ FunctionName, Runtime: Runtime as api.Runtime }));

describe('a function may be of', () => {
  test.each([
    'nodejs20.x',
    'nodejs22.x',
    'nodejs24.x',
    ...['8', '9', '10', '11', '12', '13', '14'].map((minor) => `python3.${minor}`),
  ])('%s', async (runtime) => {
    expect(await create(runtime)).toMatchObject({ Runtime: runtime, Handler: 'pkg/module.function' });
  });

  test('another language than before', async () => {
    const name = await deployed(ECHO);
    expect(await update(name, 'python3.13')).toMatchObject({ Runtime: 'python3.13' });
  });
});

describe('refused is', () => {
  const invalid = { name: 'InvalidParameterValueException', status: 400 };

  test('what is no runtime, with all that are', async () => {
    expect(await refusal(create('non-existent-runtime'))).toEqual({
      ...invalid,
      message:
        "Value non-existent-runtime at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2] or be a valid ARN",
    });
  });

  test.each(['java8', 'go1.x', 'provided', 'ruby2.7', 'nodejs14.x', 'python3.7', 'dotnetcore3.1', 'nodejs12.x'])(
    '%s, which AWS takes no longer',
    async (former) => {
      const message = `The runtime parameter of ${former} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`;
      expect(await refusal(create(former))).toEqual({ ...invalid, message });
      expect(await refusal(update(await deployed(ECHO), former))).toEqual({ ...invalid, message });
    },
  );

  test('what AWS runs and this cloud does not', async () => {
    expect(await refusal(create('java21'))).toMatchObject({ name: 'NotImplemented', status: 501 });
  });
});
