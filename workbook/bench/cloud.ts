/** Cold and warm invocations, against starting Node and against a bare HTTP round trip. */
import { spawnSync } from 'node:child_process';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { openCloud } from '#cloud';
import { median } from './median.ts';

const TRUST =
  '{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
const WARM = 50;

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

export async function measureCloud(rounds: number): Promise<void> {
  const cloud = await openCloud({ identity: 'open', sandbox: 'process' });
  const server = createServer((_, response) => response.end('x')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const config = {
      endpoint: cloud.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'any' },
    };
    const lambda = new LambdaClient(config);
    const { Role } = await new IAMClient(config).send(
      new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument: TRUST }),
    );
    const ZipFile = zipSync({ 'index.mjs': Buffer.from('export const handler = async () => 1;') });
    const [cold, warm, node, http]: number[][] = [[], [], [], []];
    for (let round = 0; round < rounds; round++) {
      const FunctionName = `bench-${round}`;
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: Role!.Arn,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile },
        }),
      );
      await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
      node!.push(await timed(async () => spawnSync(process.execPath, ['-e', '0'])));
      cold!.push(await timed(() => lambda.send(new InvokeCommand({ FunctionName }))));
      for (let call = 0; call < WARM; call++) {
        http!.push(
          await timed(
            () =>
              new Promise((resolve) =>
                get({ port: (server.address() as AddressInfo).port }, (answer) => answer.resume().on('end', resolve)),
              ),
          ),
        );
        warm!.push(await timed(() => lambda.send(new InvokeCommand({ FunctionName }))));
      }
    }
    const [coldMs, warmMs, nodeMs, httpMs] = [cold!, warm!, node!, http!].map(median) as [
      number,
      number,
      number,
      number,
    ];
    console.log(
      `cold invocation                       ${coldMs.toFixed(0)} ms   ${(coldMs / nodeMs).toFixed(1)} × starting Node (${nodeMs.toFixed(0)} ms)`,
    );
    console.log(
      `warm invocation, thaw and freeze in it ${warmMs.toFixed(1)} ms   ${(warmMs / httpMs).toFixed(1)} × a bare HTTP round trip (${httpMs.toFixed(2)} ms)`,
    );
  } finally {
    server.close();
    server.closeAllConnections();
    await cloud.close();
  }
}
