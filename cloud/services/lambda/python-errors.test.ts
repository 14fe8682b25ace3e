/** How functions in Python answer and fail: in the words of AWS's own runtime. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { deployedPython, t, useCloud, withPython } from './testing.ts';

describe.skipIf(!withPython)('a function in Python', () => {
  useCloud();
  const fault = (errorType: string, errorMessage: unknown, requestId: unknown = '') => ({
    errorType,
    errorMessage,
    requestId,
    stackTrace: [],
  });
  const anId = expect.stringMatching(/^[\da-f-]{36}$/);

  test('is told by file and handler, in folders too', async () => {
    const files = {
      'pkg/__init__.py': '',
      'pkg/deep.py': 'from pkg import name\ndef main(event, context): return name',
    };
    for (const Handler of ['pkg/deep.main', 'pkg.deep.main']) {
      const name = await deployedPython('', { Handler }, { ...files, 'pkg/__init__.py': "name = 'inner'" });
      expect((await t.invoke(name)).payload).toBe('inner');
    }
  });

  test.each([
    [
      'a handler without a module',
      '',
      'handler',
      fault('Runtime.MalformedHandlerName', "Bad handler 'handler': not enough values to unpack (expected 2, got 1)"),
    ],
    [
      'a missing module',
      '',
      'other.handler',
      fault('Runtime.ImportModuleError', "Unable to import module 'other': No module named 'other'"),
    ],
    [
      'a module that imports what is not there',
      'import nothing_here',
      'index.handler',
      fault('Runtime.ImportModuleError', "Unable to import module 'index': No module named 'nothing_here'"),
    ],
    [
      'a missing handler',
      'other = 1',
      'index.handler',
      fault('Runtime.HandlerNotFound', "Handler 'handler' missing on module 'index'"),
    ],
    [
      'a module of Python itself',
      '',
      'sys.exit',
      fault('Runtime.BuiltInModuleConflict', 'Cannot use built-in module sys as a handler module'),
    ],
    [
      'an answer that JSON cannot hold',
      'def handler(event, context): return {1, 2}',
      'index.handler',
      fault('Runtime.MarshalError', 'Unable to marshal response: Object of type set is not JSON serializable', anId),
    ],
  ])('fails with %s, as on AWS', async (_, source, Handler, expected) => {
    const name = await deployedPython(source, { Handler });
    const { payload, error, log } = await t.invoke(name);
    expect(error).toBe('Unhandled');
    expect(payload).toEqual(expected);
    expect(log).toContain(
      `[ERROR] ${expected.errorType}: ${expected.errorMessage}\rTraceback (most recent call last):\n`,
    );
  });

  test('fails with a syntax error, which names the line', async () => {
    const { payload } = await t.invoke(await deployedPython('x = 1\ndef handler(:\n'));
    expect(payload).toEqual({
      ...fault('Runtime.UserCodeSyntaxError', expect.stringMatching(/^Syntax error in module 'index': invalid syntax/)),
      stackTrace: [expect.stringMatching(/index\.py" Line 2\n {4}def handler\(:\n$/)],
    });
  });

  test('fails with its own error, of the module or of the handler, and the stack of its own code', async () => {
    const name = await deployedPython(`class Mine(Exception): pass
def handler(event, context):
    if event: raise Mine('because')
    return 'fine'
`);
    const { payload, log } = await t.invoke(name, true);
    expect(payload).toEqual({
      errorType: 'Mine',
      errorMessage: 'because',
      requestId: anId,
      stackTrace: [
        expect.stringMatching(
          /^ {2}File ".+\/index\.py", line 3, in handler\n {4}if event: raise Mine\('because'\)\n$/,
        ),
      ],
    });
    expect(log).toMatch(
      /^\[ERROR\] Mine: because\rTraceback \(most recent call last\):\r\u00a0\u00a0File ".+index\.py", line 3/m,
    );
    expect((await t.invoke(name, false)).payload).toBe('fine');

    const other = (await t.invoke(await deployedPython("raise ValueError('no start')"))).payload as {
      stackTrace: string[];
    };
    expect(other).toMatchObject({ errorType: 'ValueError', errorMessage: 'no start', requestId: '' });
    expect(other.stackTrace.at(-1)).toMatch(/index\.py", line 1, in <module>/);
    expect(other.stackTrace.join()).not.toContain('bootstrap.py');
  });

  test('answers decimals digit for digit, and bytes as they are', async () => {
    const name = await deployedPython(`from decimal import Decimal
def handler(event, context): return b'{"raw": true}' if event else {'price': Decimal('12.50'), 'text': b'bytes'}
`);
    expect((await t.invoke(name, false)).payload).toEqual({ price: 12.5, text: 'bytes' });
    expect((await t.invoke(name, true)).payload).toEqual({ raw: true });
  });

  test.each([
    ['python3.11', String.raw`"Gr\u00fc\u00dfe"`],
    ['python3.12', '"Grüße"'],
  ] as const)('of %s answers letters beyond ASCII as %s', async (Runtime, answer) => {
    const name = await deployedPython("def handler(event, context): return 'Grüße'\n", { Runtime });
    const { Payload } = await t.lambda.send(new InvokeCommand({ FunctionName: name }));
    expect(Buffer.from(Payload!).toString()).toBe(answer);
  });
});
