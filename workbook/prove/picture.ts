/** A run as a picture for the README: a terminal drawn in SVG, from the very text that a learner sees. */

const COLUMNS = 82;
const [CHARACTER, LINE, MARGIN] = [7.83, 19, 18];

const COLOURS = { ground: '#16181d', ink: '#e3e3de', dim: '#a3a39c', passed: '#7cc68d', failed: '#f08a80' } as const;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const span = (colour: keyof typeof COLOURS, text: string): string =>
  `<tspan fill="${COLOURS[colour]}">${escaped(text)}</tspan>`;

/** As the terminal colours it: signs, labels, passed checks. */
function coloured(line: string): string {
  const [, indent = '', sign = '', rest = ''] = /^( *)([✓✗$]?)(.*)$/.exec(line)!;
  if (sign === '✗') return `${indent}${span('failed', sign)}${escaped(rest)}`;
  if (sign === '✓') return `${indent}${span('passed', sign)}${span('dim', rest)}`;
  if (sign === '$') return `${indent}${span('dim', sign)}${escaped(rest)}`;
  const label = /^( {6})(asked|done|expected|seen|likely|next)( +)(.*)$/.exec(line);
  if (label) return `${label[1]}${span('dim', label[2]!)}${label[3]}${escaped(label[4]!)}`;
  return escaped(line);
}

/** `title`: what the picture shows, for those who do not see it. */
export function picture(text: string, title: string): string {
  const lines = text.trimEnd().split('\n');
  const [width, height] = [COLUMNS * CHARACTER + 2 * MARGIN, lines.length * LINE + 2 * MARGIN];
  const rows = lines.map(
    (line, i) => `<text x="${MARGIN}" y="${MARGIN + (i + 0.75) * LINE}" xml:space="preserve">${coloured(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${COLOURS.ground}"/>
<g fill="${COLOURS.ink}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
${rows.join('\n')}
</g>
</svg>
`;
}
