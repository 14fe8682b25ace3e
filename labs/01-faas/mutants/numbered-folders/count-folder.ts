import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';

/**
 * Given, leave it as it is. It stands for a program that somebody else wrote and that only knows folders:
 * counts the pages of all `.pdf` files in `folder`, whoever put them there.
 */
export async function countFolder(folder: string): Promise<number> {
  let pages = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.pdf')) continue;
    const pdf = await PDFDocument.load(await readFile(join(folder, name)), { updateMetadata: false });
    pages += pdf.getPageCount();
  }
  return pages;
}
