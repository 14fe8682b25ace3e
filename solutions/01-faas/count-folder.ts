import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';

/** Bytes that may lie in the temporary folder, in all: so small a disk is soon full. */
const DISK = 8 * 1024 * 1024;

/**
 * Given, leave it as it is. It stands for a program that somebody else wrote and that only knows folders:
 * counts the pages of all `.pdf` files in `folder`, whoever put them there. Rejects when the disk is full.
 */
export async function countFolder(folder: string): Promise<number> {
  const used = await sizeOf(tmpdir());
  if (used > DISK) throw new Error(`The temporary folder is full: ${used} bytes lie in it.`);
  let pages = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.pdf')) continue;
    const pdf = await PDFDocument.load(await readFile(join(folder, name)), { updateMetadata: false });
    pages += pdf.getPageCount();
  }
  return pages;
}

/** Bytes of all files in a folder and in those beneath it. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
