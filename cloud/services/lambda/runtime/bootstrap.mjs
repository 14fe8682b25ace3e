/**
 * The runtime client: runs inside an execution environment, asks the runtime API for events and hands them to the handler.
 * It is plain JavaScript because it runs where nothing of this repository is. Mirrors
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and the behaviour of Lambda's own Node.js 24 runtime.
 */
import { existsSync, writeSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { MessageChannel } from 'node:worker_threads';

const env = process.env;
const [host, ...prefix] = env.AWS_LAMBDA_RUNTIME_API.split('/');
const [hostname, port] = host.split(':');
const base = `${prefix.length > 0 ? `/${prefix.join('/')}` : ''}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 2 });
// What the handler's code may replace is kept here as it was at the start.
const { exit } = process;
const { now } = Date;
const send = httpRequest;
const bytesOf = Buffer.byteLength;
const stringify = JSON.stringify;
let current = { id: undefined };
// A handler that waits for nothing waits until its time limit: the runtime is not to end because its event loop is empty.
new MessageChannel().port1.on('message', () => undefined);

function call(method, path, headers = {}, body = '') {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      { hostname, port, method, path: base + path, agent, headers: { ...headers, 'content-length': bytesOf(body) } },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () =>
          resolve({ headers: response.headers, status: response.statusCode, body: Buffer.concat(parts) }),
        );
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const flushes = [process.stdout, process.stderr].map((stream) => {
  const write = stream.write.bind(stream);
  return () => new Promise((resolve) => (stream.destroyed ? resolve() : write('', () => resolve())));
});

/** Ends this invocation's output on both streams, so that what was printed before belongs to it. */
async function markOutput(id) {
  await Promise.all(flushes.map((flush) => flush()));
  const closed = [];
  for (const descriptor of [1, 2]) {
    const mark = Buffer.from(`\0end ${id}\n`);
    for (let written = 0; written < mark.length; ) {
      try {
        written += writeSync(descriptor, mark, written);
      } catch (error) {
        if (error.code === 'EAGAIN') continue;
        closed.push(descriptor);
        break;
      }
    }
  }
  return closed.length > 0 ? { 'x-output-closed': closed.join(',') } : {};
}

for (const [method, level] of Object.entries({
  log: 'INFO',
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
  trace: 'TRACE',
})) {
  console[method] = (...values) => {
    const text = format(...values).replaceAll('\n', '\r');
    process.stdout.write(`${new Date().toISOString()}\t${current.id ?? 'undefined'}\t${level}\t${text}\n`);
  };
}

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: format(error), trace: [] };

function failure(name, message, cause) {
  const error = new Error(message);
  error.name = name;
  if (cause?.stack) error.stack = `${name}: ${cause.stack}`;
  return error;
}

async function loadHandler() {
  const root = env.LAMBDA_TASK_ROOT;
  const [, modulePath, exportName] = /^(.*?)\.([^/]*)$/.exec(env._HANDLER) ?? [];
  if (!modulePath) throw failure('Runtime.MalformedHandlerName', 'Bad handler');
  const file = ['.js', '.mjs', '.cjs', '']
    .map((ending) => join(root, modulePath + ending))
    .find((path) => existsSync(path));
  if (!file) throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${modulePath}'`);
  let loaded;
  try {
    loaded = file.endsWith('.cjs') ? createRequire(file)(file) : await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw failure('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) {
      throw failure('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    }
    throw error;
  }
  const find = (from) => exportName.split('.').reduce((value, key) => value?.[key], from);
  const handler = find(loaded) ?? find(loaded.default);
  if (handler === undefined) throw failure('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  if (typeof handler !== 'function') throw failure('Runtime.HandlerNotFound', `${env._HANDLER} is not a function`);
  if (handler.length >= 3) {
    throw failure(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda does not support callback-based function handlers when using Node.js 24 and later. Use an async handler, which returns a promise, instead.',
    );
  }
  return handler;
}

async function die(error, code) {
  const { id } = current;
  const body = stringify(describe(error));
  const path = id === undefined ? '/init/error' : `/invocation/${id}/error`;
  // What keeps a function from starting is logged by the platform.
  if (id !== undefined) console.error('Uncaught Exception', body);
  try {
    await call(
      'POST',
      path,
      { 'lambda-runtime-function-error-type': error?.name ?? 'Error', ...(id ? await markOutput(id) : {}) },
      body,
    );
  } finally {
    exit(code);
  }
}
process.on('uncaughtException', (error) => void die(error, 129));
process.on('unhandledRejection', (reason) => {
  const error = failure(
    'Runtime.UnhandledPromiseRejection',
    reason instanceof Error ? `${reason.name}: ${reason.message}` : format(reason),
    reason,
  );
  void die(error, 128);
});

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await die(error, 1);
}

for (;;) {
  const next = await call('GET', '/invocation/next');
  if (next.status !== 200) exit(0);
  const id = next.headers['lambda-runtime-aws-request-id'];
  const deadline = Number(next.headers['lambda-runtime-deadline-ms']);
  current = { id };
  env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] ?? '';
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: next.headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: id,
    getRemainingTimeInMillis: () => deadline - now(),
  };
  let path = 'response';
  let body;
  let headers = {};
  try {
    const value = await handler(JSON.parse(next.body.toString('utf8')), context);
    body = stringify(value === undefined ? null : value) ?? 'null';
  } catch (error) {
    const described = describe(error);
    path = 'error';
    headers = { 'lambda-runtime-function-error-type': described.errorType };
    body = stringify(described);
    console.error('Invoke Error', body);
  }
  await call('POST', `/invocation/${id}/${path}`, { ...headers, ...(await markOutput(id)) }, body);
  current = { id: undefined };
}
