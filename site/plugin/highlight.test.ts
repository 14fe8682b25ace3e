import { describe, expect, it } from 'vitest';
import { createHighlighter } from './highlight.ts';
import type { Language } from './include.ts';

const samples: Readonly<Record<Exclude<Language, 'text'>, string>> = {
  ts: `// why\nimport { x } from './x.ts';\nexport async function f<T>(a: readonly T[], n = 1): Promise<string> {\n  if (!a) throw new Error(\`\${n} \\n\`);\n  return /a+/.test('x') ? 'yes' : \`no\`;\n}\n@d class C extends B { #p = null; }`,
  js: `const { a = 1 } = await import('x'); // why`,
  json: '{ "a": [1, true, null, "x"] }',
  yaml: '# why\na: &b\n  - 1\n  - "x"\nc: *b',
  bash: '# why\nexport A=1; npm run lab 1.1 --flag "$A" | grep -c x > /dev/null',
  diff: '--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new',
};

/** Relative luminance of `#rrggbb`, after WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

describe('the highlighter', () => {
  it('keeps every word of code at 4.5:1 or more, on light and on dark', async () => {
    const highlighter = await createHighlighter();
    for (const [language, code] of Object.entries(samples)) highlighter.highlight(code, language as Language);
    const colours = [...highlighter.css().matchAll(/light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)/g)];
    expect(colours.length).toBeGreaterThan(5);
    expect(highlighter.css().match(/\{/g)).toHaveLength(colours.length);
    for (const [, light, dark] of colours) {
      expect(contrast(light!, '#ffffff'), light).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark!, '#0a0c10'), dark).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('keeps the code as it is', async () => {
    const highlighter = await createHighlighter();
    for (const [language, code] of Object.entries({ ...samples, text: 'a < b & "c"' })) {
      const html = highlighter.highlight(code, language as Language);
      const text = html
        .replace(/<[^>]+>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&');
      expect(text).toBe(code);
    }
  });
});
