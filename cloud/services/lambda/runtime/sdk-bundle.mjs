/**
 * How the SDK is bundled, for functions (see bundles.ts), and for the workbook's own programs as one file. Plain JavaScript,
 * because those programs are built before any TypeScript can be loaded.
 */
import { fileURLToPath } from 'node:url';

/** Clients that the cloud serves, without `@aws-sdk/client-`. */
export const CLIENTS = [
  's3',
  'sqs',
  'sns',
  'lambda',
  'cloudwatch-logs',
  'cloudwatch',
  'eventbridge',
  'scheduler',
  'dynamodb',
  'dynamodb-streams',
  'ec2',
  'iam',
  'sts',
];

/** Stands for `node:http2` in what is bundled. */
export const HTTP2 = fileURLToPath(new URL('./http2-later.cjs', import.meta.url));

/** Options of esbuild: each file is one function in ASCII, which `client.cjs` runs from V8's code cache. */
export const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  alias: { 'node:http2': HTTP2 },
  minify: true,
  // Of an error that nobody catches Node prints the line where it was thrown, before what it says: it must not be long.
  lineLimit: 200,
  keepNames: true,
  charset: 'ascii',
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
  logLevel: 'silent',
};
