/** `npm run cloud`: serves the cloud alone, at wall speed, until it is stopped. */
import { openCloud } from './cloud.ts';
import { readWords, type Words } from './core/words.ts';
import { SandboxUnavailable } from './sandbox/contract.ts';

/** LocalStack's port. */
const STANDARD_PORT = 4566;
const USAGE = 'npm run cloud [port 4600] [sealed]   (port 0 takes a free one)';

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function words(): Words {
  try {
    return readWords(process.argv.slice(2), 0, ['port', 'sealed']);
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
}

const { port = STANDARD_PORT, sealed } = words();
try {
  const cloud = await openCloud({ port, sandbox: sealed ? 'sealed' : 'process', identity: 'open' });
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
    fail(`Port ${port} is taken: is another cloud running? Take a free one with: npm run cloud port 0`);
  }
  throw error;
}
