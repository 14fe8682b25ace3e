import { PDFDocument } from '@cantoo/pdf-lib';
import { expect, test } from 'vitest';
import { encrypted, everyKind, plain } from './documents.ts';

const seeded = {
  seed: 1,
  integer: (from: number, to: number) => Math.floor((from + to) / 2),
  pick: <T>(from: readonly T[]) => from[0]!,
  shuffle: <T>(items: readonly T[]) => [...items],
  name: (prefix: string) => `${prefix}-x`,
};

const count = async (bytes: Uint8Array) => (await PDFDocument.load(bytes, { updateMetadata: false })).getPageCount();

test('every kind of document has the pages that it claims', async () => {
  const samples = await everyKind(seeded);
  expect(samples).toHaveLength(4);
  for (const { bytes, pages, built } of samples) expect([built, await count(bytes)]).toEqual([built, pages]);
  expect(await count(plain(7))).toBe(7);
});

test('a document may have no page, and may be encrypted', async () => {
  expect(await count(plain(0))).toBe(0);
  await expect(count(encrypted(3))).rejects.toThrow(/is encrypted/);
});

test('counting page objects by their text is wrong for most kinds', async () => {
  const wrong = (await everyKind(seeded)).filter(
    ({ bytes, pages }) =>
      (
        Buffer.from(bytes)
          .toString('latin1')
          .match(/\/Type\s*\/Page\b/g) ?? []
      ).length !== pages,
  );
  expect(wrong.length).toBeGreaterThanOrEqual(3);
});
