/** PDF documents with a known number of pages, drawn from the seed, built the ways that PDFs are built out there. */
import { deflateSync } from 'node:zlib';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import type { Seeded } from '../../workbook/kit/contract.ts';

export interface Sample {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** How it is built, in words for a message. */
  readonly built: string;
}

type Build = (seeded: Seeded, pages: number) => Uint8Array | Promise<Uint8Array>;

const ways: readonly { readonly built: string; readonly build: Build }[] = [
  { built: 'made by a library', build: byLibrary },
  { built: 'with a tree of pages', build: nested },
  { built: 'with its page objects compressed', build: packed },
  { built: 'with a page removed in a later revision', build: revised },
];

/** A document of `pages` pages, or of a drawn number. */
export async function document(seeded: Seeded, pages = seeded.integer(2, 24)): Promise<Sample> {
  const { built, build } = seeded.pick(ways);
  return { bytes: await build(seeded, pages), pages, built };
}

/** One document of each way of building. */
export async function everyKind(seeded: Seeded): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { built, build } of seeded.shuffle(ways)) {
    const pages = seeded.integer(2, 24);
    samples.push({ bytes: await build(seeded, pages), pages, built });
  }
  return samples;
}

/** A small document, where only the number matters. */
export function plain(pages: number): Uint8Array {
  return assemble(pageList(pages));
}

/** A document of about so many bytes: besides its pages it holds something that no page shows. */
export function weighing(bytes: number, pages: number): Uint8Array {
  const rest = Math.max(0, bytes - plain(pages).length);
  return assemble([...pageList(pages), `<< /Length ${rest} >>\nstream\n${' '.repeat(rest)}\nendstream`]);
}

/** A PDF that says of itself that it is encrypted. */
export function encrypted(pages: number): Uint8Array {
  const [owner, user, id] = ['o', 'u', 'i'].map((letter) => `(${letter.repeat(32)})`);
  const encryption = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${owner} /U ${user} /P -4 >> /ID [${id} ${id}]`;
  return Buffer.from(Buffer.from(plain(pages)).toString('latin1').replace('/Root 1 0 R', `$& ${encryption}`), 'latin1');
}

async function byLibrary(seeded: Seeded, pages: number): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let page = 1; page <= pages; page++) {
    pdf.addPage([595, 842]).drawText(`Page ${page} of ${seeded.name('report')}`, { x: 50, y: 780, size: 14, font });
  }
  return pdf.save();
}

/** Pages under chapters under the root, and a text that talks about `/Type /Page`. */
function nested(seeded: Seeded, pages: number): Uint8Array {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>', ''];
  const text = 'BT (/Type /Page is what a page says of itself: /Type /Page) Tj ET';
  const contents = objects.push(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  const chapters: { id: number; pages: number }[] = [];
  for (let left = pages; left > 0; ) {
    const size = Math.min(left, seeded.integer(1, 4));
    const chapter = objects.push('');
    const kids: number[] = [];
    for (let i = 0; i < size; i++) {
      kids.push(objects.push(`<< /Type /Page /Parent ${chapter} 0 R /Contents ${contents} 0 R >>`));
    }
    objects[chapter - 1] = `<< /Type /Pages /Parent 2 0 R /Kids [${refs(kids)}] /Count ${size} >>`;
    chapters.push({ id: chapter, pages: size });
    left -= size;
  }
  objects[1] = `<< /Type /Pages /Kids [${refs(chapters.map(({ id }) => id))}] /Count ${pages} /MediaBox [0 0 595 842] >>`;
  return assemble(objects);
}

/** A first revision with one page more, and an update at the end of the file that takes it away. */
function revised(_seeded: Seeded, pages: number): Uint8Array {
  const before = assemble(pageList(pages + 1));
  const kids = Array.from({ length: pages }, (_, i) => i + 3);
  const update = `2 0 obj\n<< /Type /Pages /Kids [${refs(kids)}] /Count ${pages} /MediaBox [0 0 595 842] >>\nendobj\n`;
  const offset = before.length;
  const xref = `xref\n2 1\n${entry(offset)}trailer\n<< /Size ${pages + 4} /Root 1 0 R /Prev ${startOf(before)} >>\n`;
  return Buffer.concat([before, Buffer.from(`${update}${xref}startxref\n${offset + update.length}\n%%EOF\n`)]);
}

/** All objects inside one compressed object stream, found by a cross-reference stream (PDF 1.5). */
function packed(_seeded: Seeded, pages: number): Uint8Array {
  const objects = pageList(pages);
  const holder = objects.length + 1;
  let position = 0;
  const index = objects.map((body, i) => {
    const pair = `${i + 1} ${position}`;
    position += body.length + 1;
    return pair;
  });
  const first = `${index.join(' ')} `;
  const data = deflateSync(Buffer.from(`${first}${objects.join('\n')}\n`));
  const header = Buffer.from('%PDF-1.5\n');
  const stream = Buffer.concat([
    Buffer.from(
      `${holder} 0 obj\n<< /Type /ObjStm /N ${objects.length} /First ${first.length} /Filter /FlateDecode /Length ${data.length} >>\nstream\n`,
    ),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const xrefAt = header.length + stream.length;
  const rows = [[0, 0, 255], ...objects.map((_, i) => [2, holder, i]), [1, header.length, 0], [1, xrefAt, 0]].map(
    ([type, where, last]) => [type!, where! >> 8, where! & 255, last!],
  );
  const table = deflateSync(Buffer.from(rows.flat()));
  const xref = Buffer.concat([
    Buffer.from(
      `${holder + 1} 0 obj\n<< /Type /XRef /Size ${rows.length} /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length ${table.length} >>\nstream\n`,
    ),
    table,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${xrefAt}\n%%EOF\n`),
  ]);
  return Buffer.concat([header, stream, xref]);
}

/** Catalog, page list and pages: object 1, 2, and 3 onwards. */
function pageList(pages: number): string[] {
  const kids = Array.from({ length: pages }, (_, i) => i + 3);
  return [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${refs(kids)}] /Count ${pages} /MediaBox [0 0 595 842] >>`,
    ...kids.map(() => '<< /Type /Page /Parent 2 0 R >>'),
  ];
}

/** A PDF file of these objects, numbered from 1, with a cross-reference table. */
function assemble(objects: readonly string[]): Uint8Array {
  let text = '%PDF-1.4\n';
  let table = '';
  objects.forEach((body, i) => {
    table += entry(text.length);
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
  });
  const size = objects.length + 1;
  const xref = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\n`;
  return Buffer.from(`${text}${xref}startxref\n${text.length}\n%%EOF\n`);
}

const entry = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`;

const refs = (ids: readonly number[]) => ids.map((id) => `${id} 0 R`).join(' ');

/** Where the cross-reference table of a document starts. */
function startOf(pdf: Uint8Array): number {
  return Number(/startxref\n(\d+)/.exec(Buffer.from(pdf).toString('latin1'))![1]);
}
