/** Functions in Python: run by the machine's own, in environments that do all that Node's do. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { available } from '../../sandbox/available.ts';
import { Environment } from './environment.ts';
import type { Host } from './host.ts';
import { deployedPython, t, useCloud, withPython } from './testing.ts';

/** Asks STS who calls: signed by hand, as there may be no boto3. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
const WHO = `
import datetime, hashlib, hmac, os, urllib.request
def signed(key, *texts):
    for text in texts:
        key = hmac.new(key, text.encode(), 'sha256').digest()
    return key
def handler(event, context):
    env = os.environ
    base = env['AWS_ENDPOINT_URL']
    at = datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H%M%SZ')
    scope = [at[:8], env['AWS_REGION'], 'sts', 'aws4_request']
    headers = {'host': base.split('//')[1], 'x-amz-date': at, 'x-amz-security-token': env['AWS_SESSION_TOKEN']}
    query = 'Action=GetCallerIdentity&Version=2011-06-15'
    lines = ['%s:%s' % one for one in headers.items()]
    canonical = ['GET', '/', query, *lines, '', ';'.join(headers), hashlib.sha256(b'').hexdigest()]
    digest = hashlib.sha256('\\n'.join(canonical).encode()).hexdigest()
    to_sign = '\\n'.join(['AWS4-HMAC-SHA256', at, '/'.join(scope), digest])
    signature = signed(('AWS4' + env['AWS_SECRET_ACCESS_KEY']).encode(), *scope, to_sign).hex()
    headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s' % (
        env['AWS_ACCESS_KEY_ID'], '/'.join(scope), ';'.join(list(headers)), signature)
    with urllib.request.urlopen(urllib.request.Request(base + '/?' + query, headers=headers)) as answer:
        return answer.read().decode()
`;

describe.skipIf(!withPython).each(available)('a function in Python, in the sandbox %s', (sandbox) => {
  useCloud({ sandbox });

  test('is given its event and its context, and what its module keeps survives', async () => {
    const name = await deployedPython(
      `import os, sys
calls = []
def handler(event, context):
    calls.append(event)
    names = ['aws_request_id', 'function_name', 'function_version', 'invoked_function_arn', 'memory_limit_in_mb', 'log_group_name', 'log_stream_name']
    return {'calls': calls, 'context': {name: getattr(context, name) for name in names}, 'left': context.get_remaining_time_in_millis(),
            'first': sys.path[0] == os.getcwd() == os.environ['LAMBDA_TASK_ROOT'], 'env': os.environ['AWS_EXECUTION_ENV']}
`,
      { Timeout: 60, MemorySize: 256 },
    );
    expect((await t.invoke(name, { n: 'ä' })).payload).toMatchObject({ calls: [{ n: 'ä' }] });
    const { payload } = await t.invoke(name, 2, '$LATEST');
    expect(payload).toEqual({
      calls: [{ n: 'ä' }, 2],
      context: {
        aws_request_id: expect.stringMatching(/^[\da-f-]{36}$/),
        function_name: name,
        function_version: '$LATEST',
        invoked_function_arn: `arn:aws:lambda:us-east-1:${t.accountId}:function:${name}:$LATEST`,
        memory_limit_in_mb: '256',
        log_group_name: `/aws/lambda/${name}`,
        log_stream_name: expect.stringMatching(/\[\$LATEST\][\da-f]{32}$/),
      },
      left: expect.toSatisfy((left: number) => left > 0 && left <= 60_000),
      first: true,
      env: 'AWS_Lambda_python3.12',
    });
  });

  test('reaches the cloud as its role', async () => {
    const name = await deployedPython(WHO, { Timeout: 60 });
    expect((await t.invoke(name)).payload).toContain(`:assumed-role/${name}-role/${name}</Arn>`);
  });

  test('leaves what it prints and logs in its log, each with its own invocation', async () => {
    const name = await deployedPython(`import logging, sys
def handler(event, context):
    print('printed', event)
    print('to stderr', file=sys.stderr)
    logging.info('below the level')
    logging.warning('two\\nlines')
    sys.stdout.write('no end of line')
`);
    const first = await t.invoke(name, 1);
    const { log, payload } = await t.invoke(name, 2);
    expect([first.payload, payload]).toEqual([null, null]);
    const [, id] = /^START RequestId: (\S+) /.exec(log) ?? [];
    const lines = log.split('\n');
    expect(lines).toEqual(expect.arrayContaining(['printed 2', 'to stderr', 'no end of line']));
    expect(lines).toContainEqual(
      expect.stringMatching(
        `^\\[WARNING\\]\\t\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\\t${id}\\ttwo\\rlines$`,
      ),
    );
    expect(log).not.toMatch(/below the level|printed 1/);
    expect(first.log).toContain('printed 1');
  });

  test('ends as it is ended: by a signal, by an exit, and the next one starts anew', async () => {
    const name = await deployedPython(`import os, signal, sys
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event == 'signal': os.kill(os.getpid(), signal.SIGKILL)
    if event is not None: sys.exit(event)
    return calls
`);
    const failure = (why: string) => ({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(`^RequestId: [\\da-f-]{36} Error: ${why}$`),
    });
    expect((await t.invoke(name, null)).payload).toBe(1);
    expect((await t.invoke(name, 'signal')).payload).toEqual(failure('Runtime exited with error: signal: killed'));
    expect((await t.invoke(name, 3)).payload).toEqual(failure('Runtime exited with error: exit status 3'));
    expect((await t.invoke(name, 0)).payload).toEqual(failure('Runtime exited without providing a reason'));
    expect((await t.invoke(name, null)).payload).toBe(1);
  });
});

describe.skipIf(!withPython)('on a held clock, a function in Python', () => {
  useCloud();

  test('is waited for while it computes, and meets its time limit by the cloud’s clock', async () => {
    const name = await deployedPython(`import time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event == 'hang': time.sleep(600)
    while time.process_time() < 1: pass
    return calls
`);
    const before = t.cloud.clock.now();
    expect((await t.invoke(name)).payload).toBe(1);
    expect(t.cloud.clock.now()).toBe(before);
    const { payload } = await t.invoke(name, 'hang');
    expect(payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 3\.00 seconds$/),
    });
    expect(t.cloud.clock.now() - before).toBe(3000);
    expect((await t.invoke(name)).payload).toBe(1);
  });

  test('cannot run where there is no python3, and says what is missing', async () => {
    const name = await deployedPython('def handler(event, context): return 1');
    await t.invoke(name);
    const environment = t.cloud.lambda.environments().find(({ of }) => of.name === name)!;
    const { host } = environment as unknown as { host: Host };
    const without = new Environment({ ...host, variables: { PATH: '/nowhere' } }, environment.of, environment.version);
    const { outcome, logTail } = await without.invoke({ requestId: 'r', payload: '{}', functionArn: '', cause: 0 });
    await without.end();
    const told = outcome.ok ? undefined : JSON.parse(outcome.failure.body);
    expect(told).toEqual({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: expect.stringMatching(/no python3.+python3\.12.+\/nowhere.+apt-get install python3/),
    });
    expect(logTail).toContain(told.errorMessage);
  });
});

describe.skipIf(!withPython || process.platform !== 'linux')('between two invocations', () => {
  useCloud({ held: false });

  test('a thread of a function in Python stands still', async () => {
    const name = await deployedPython(
      `import os, tempfile, threading, time
file = os.path.join(tempfile.gettempdir(), 'counter')
def size(): return os.path.getsize(file)
def grow():
    while True:
        with open(file, 'a') as out: out.write('x')
        time.sleep(0.005)
def handler(event, context):
    if threading.active_count() == 1:
        open(file, 'w').close()
        threading.Thread(target=grow, daemon=True).start()
    before = size()
    while size() < before + 3: time.sleep(0.005)
    return {'file': file, 'before': before}
`,
      { Timeout: 60 },
    );
    const first = (await t.invoke(name)).payload as { file: string; before: number };
    const size = () => readFileSync(first.file).length;
    const states = t.cloud.lambda.environments().flatMap((environment) => environment.processes());
    expect(states.map(({ state }) => state).filter((state) => !'TZ'.includes(state))).toEqual([]);
    const standing = size();
    expect(standing).toBeGreaterThanOrEqual(3);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(size()).toBe(standing);
    expect((await t.invoke(name)).payload).toMatchObject({ before: expect.toSatisfy((n: number) => n >= standing) });
  });
});
