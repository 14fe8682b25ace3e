/**
 * Writes V8's code cache of the programs' SDK: what the first calls to S3 and SQS run is to be in it. The others' clients would
 * make it larger, and it is read whole at every start. `node sdk-cache.cjs FOLDER`
 */
'use strict';
const { join } = require('node:path');

process.env.CLOUD_MAKE_CACHE = '1';
const sdk = require(join(process.argv[2], 'index.cjs'));

const OPERATION = 9;
const { NormalizedSchema } = sdk['@smithy/core/schema']();
for (const name of ['@aws-sdk/core/protocols', '@smithy/core/protocols', '@aws-sdk/checksums/crc']) sdk[name]();
for (const name of ['S3', 'SQS']) {
  const client = sdk[`@aws-sdk/client-${name.toLowerCase()}`]();
  new client[`${name}Client`]({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
  const operations = Object.values(client).filter((value) => Array.isArray(value) && value[0] === OPERATION);
  for (const [, , , , input, output] of operations) {
    for (const schema of [input, output].map((one) => NormalizedSchema.of(one))) {
      if (!schema.isStructSchema()) continue;
      for (const [, member] of schema.structIterator()) member.getMergedTraits();
    }
  }
}
