import { afterAll, describe, expect, it } from 'vitest';
import { temporaryBook } from '../testing/small-book.ts';
import { include } from './include.ts';

const book = temporaryBook({
  'labs/01-small/starter/a.ts': `import './b.ts';
function outer() {
  // #region inner
  const one = 1;

  // #region innermost
  const two = 2;
  // #endregion innermost
  // #endregion
}
// #region open
`,
  'labs/01-small/starter/twice.ts': '// #region a\n1;\n// #endregion a\n// #region a\n2;\n// #endregion a\n',
  'labs/01-small/starter/crossed.ts': '// #region a\n1;\n// #endregion b\n',
  'labs/01-small/starter/empty.ts': '// #region a\n// #endregion a\n',
  'labs/01-small/starter/run.sh': '# #region a\necho hi\n# #endregion a\n',
  'labs/01-small/starter/x.py': 'pass',
});
afterAll(book.remove);
const read = (name: string) => include(book.root, `labs/01-small/starter/${name}`);

describe('include', () => {
  it('takes a region, without its indent and without any marker', () => {
    expect(read('a.ts#inner')).toMatchObject({
      code: 'const one = 1;\n\nconst two = 2;',
      language: 'ts',
      from: 4,
      to: 8,
    });
    expect(read('a.ts#innermost').code).toBe('const two = 2;');
  });

  it('takes a whole file, without markers', () => {
    expect(read('a.ts').code).not.toContain('region');
    expect(read('a.ts').code).toContain('  const one = 1;');
  });

  it('knows the markers and the language of a shell script', () => {
    expect(read('run.sh#a')).toMatchObject({ code: 'echo hi', language: 'bash' });
  });

  it.each([
    ['a.ts#iner', /"labs\/01-small\/starter\/a\.ts" has no region "iner"\. Did you mean "inner"\?/],
    ['none.ts', /There is no file "labs\/01-small\/starter\/none\.ts"/],
    ['a.ts#open', /a\.ts:11" opens the region "open", and nothing ends it/],
    ['twice.ts#a', /has the region "a" 2 times/],
    ['crossed.ts#a', /crossed\.ts:3" ends the region "b" where "a" is open/],
    ['empty.ts#a', /is empty/],
    ['x.py', /no language is known for \.py/],
  ])('refuses %s', (name, message) => {
    expect(() => read(name)).toThrow(message);
  });

  it.each(['/etc/hosts.json', 'labs/../package.json', 'chapters/facts.json', '../labs/a.ts'])(
    'stays in its folders: %s',
    (path) => {
      expect(() => include(book.root, path)).toThrow(/code comes from labs\/ and solutions\//);
    },
  );
});
