/** What the tests of function URLs share. */
import * as api from '@aws-sdk/client-lambda';
import { deployed, fresh, t } from '../testing.ts';

export const create = (FunctionName: string, more: Partial<api.CreateFunctionUrlConfigCommandInput> = {}) =>
  t.lambda.send(new api.CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', ...more }));
export const get = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.GetFunctionUrlConfigCommand({ FunctionName, Qualifier }));
export const update = (FunctionName: string, more: Partial<api.UpdateFunctionUrlConfigCommandInput> = {}) =>
  t.lambda.send(new api.UpdateFunctionUrlConfigCommand({ FunctionName, ...more }));
export const remove = (FunctionName: string, Qualifier?: string) =>
  t.lambda.send(new api.DeleteFunctionUrlConfigCommand({ FunctionName, Qualifier }));
export const list = (FunctionName: string, more: Partial<api.ListFunctionUrlConfigsCommandInput> = {}) =>
  t.lambda.send(new api.ListFunctionUrlConfigsCommand({ FunctionName, ...more }));
export const permit = (FunctionName: string, more: Partial<api.AddPermissionCommandInput>) =>
  t.lambda.send(
    new api.AddPermissionCommand({
      FunctionName,
      StatementId: fresh('permission'),
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      ...more,
    }),
  );

/** The two statements that make a URL public. */
export async function openToAll(name: string, Qualifier?: string): Promise<void> {
  await permit(name, { FunctionUrlAuthType: 'NONE', Qualifier });
  await permit(name, { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, Qualifier });
}

/** A function that everybody may call, and its URL. */
export async function published(source: string, more: Partial<api.CreateFunctionUrlConfigCommandInput> = {}) {
  const name = await deployed(source);
  const { FunctionUrl: url = '' } = await create(name, more);
  await openToAll(name);
  return { name, url };
}

export async function answer(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}
