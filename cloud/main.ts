/** `npm run cloud`: serves the cloud alone, at wall speed, until it is stopped. */
import { parseArgs } from 'node:util';
import { openCloud } from './cloud.ts';
import { SandboxUnavailable } from './sandbox/contract.ts';

/** LocalStack's port. */
const STANDARD_PORT = 4566;
const USAGE = 'npm run cloud [-- --port 4600] [-- --sealed]   (--port 0 takes a free port)';

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function options(): { port: number; sandbox: 'process' | 'sealed' } {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' }, sealed: { type: 'boolean' } } });
    const port = Number(values.port ?? STANDARD_PORT);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${values.port} is no port. ${USAGE}`);
    return { port, sandbox: values.sealed ? 'sealed' : 'process' };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

const { port, sandbox } = options();
try {
  const cloud = await openCloud({ port, sandbox, identity: 'open' });
  const stop = (): void => {
    void cloud.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  console.log(cloud.url);
  console.log(`
S3, SQS, SNS, Lambda, DynamoDB, EC2, EventBridge, Scheduler, CloudWatch, CloudWatch Logs, IAM and STS. In another terminal:

  export AWS_ENDPOINT_URL=${cloud.url} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any

Its controls are at ${cloud.url}/_cloud/health. Ctrl-C ends it, and what it holds is gone then.`);
} catch (error) {
  if (error instanceof SandboxUnavailable) fail(error.message);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    fail(`Port ${port} is taken: is another cloud running? Take a free one with: npm run cloud -- --port 0`);
  }
  throw error;
}
