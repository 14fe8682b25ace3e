/** From the start of the cloud's process to its first answers from S3 and SQS, against starting Node. */
import { spawnSync } from 'node:child_process';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { cloudStarts, type Engine } from './engine-processes.ts';
import { median } from './median.ts';

const ROUNDS = 9;

export async function measureStarts(): Promise<void> {
  const engines = cloudStarts();
  const node: number[] = [];
  const times = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
  // The first round makes what is kept from then on.
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    if (round > 0) node.push(performance.now() - began);
    for (const engine of engines) {
      const ms = await startOf(engine);
      if (round > 0) times.get(engine)!.push(ms);
    }
  }
  const bare = median(node);
  for (const [{ name }, values] of times) {
    const ms = median(values);
    console.log(
      `start to S3 and SQS, ${name.padEnd(16)} ${ms.toFixed(0)} ms   ${(ms / bare).toFixed(1)} × starting Node (${bare.toFixed(0)} ms)`,
    );
  }
}

async function startOf(engine: Engine): Promise<number> {
  const { url, began, stop } = await engine.start();
  const config = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'any' },
  };
  const [s3, sqs] = [new S3Client({ ...config, forcePathStyle: true }), new SQSClient(config)];
  try {
    await Promise.all([s3.send(new ListBucketsCommand({})), sqs.send(new ListQueuesCommand({}))]);
    return performance.now() - began;
  } finally {
    s3.destroy();
    sqs.destroy();
    await stop();
  }
}
