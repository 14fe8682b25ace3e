import { describe, expect, it } from 'vitest';
import { parseGlossary } from './glossary.ts';
import type { Problem } from './problems.ts';

function parse(text: string) {
  const problems: Problem[] = [];
  const glossary = parseGlossary(text, 'chapters/glossary.md', problems);
  return { glossary, problems: problems.map(({ line, message }) => `${line}: ${message}`) };
}

const good = `# Glossary

Words.

## alias {#alias}
Also: pointer, name
In AWS: function alias

A name for a version.

A second paragraph.

See: version

## version {#version}

What does not change.
`;

describe('parseGlossary', () => {
  it('reads entries, and finds them by id, name and other name in any case', () => {
    const { glossary, problems } = parse(good);
    expect(problems).toEqual([]);
    expect(glossary.find('Pointer')).toMatchObject({
      id: 'alias',
      also: ['pointer', 'name'],
      inAws: 'function alias',
      text: 'A name for a version.\n\nA second paragraph.',
      textLine: 9,
      see: ['version'],
    });
    expect(glossary.find('nothing')).toBeUndefined();
  });

  it.each([
    ['a title', '# Glossary', 'Glossary', '1: The first line must be the title: "# Glossary".'],
    ['the form of an entry', '## alias {#alias}', '## alias', '5: An entry begins with "## term {#its-id}".'],
    [
      'the alphabet',
      '## alias {#alias}',
      '## zebra {#alias}',
      '15: "version" must stand before "zebra": entries are in alphabetical order.',
    ],
    ['a word used twice', 'Also: pointer, name', 'Also: version', '15: "version" already names the entry "alias".'],
    ['a lost reference', 'See: version', 'See: nowhere', '5: "See: nowhere" names no entry of the glossary.'],
    ['a reference to itself', 'See: version', 'See: alias', '5: "alias" refers to itself.'],
    [
      'an id of its own',
      '{#version}',
      '{#text}',
      '15: The id "text" is one of those that every page has: choose another.',
    ],
    ['a definition', 'What does not change.', '', '15: "version" needs a definition of at least one sentence.'],
    [
      'an empty line',
      'In AWS: function alias\n',
      'In AWS: function alias',
      '8: An empty line must stand between the names of a term and its definition.',
    ],
  ])('asks for %s', (_what, from, to, problem) => {
    expect(parse(good.replace(from, to)).problems).toContainEqual(problem);
  });
});
