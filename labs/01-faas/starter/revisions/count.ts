import { PDFDocument } from '@cantoo/pdf-lib';

/** Given, leave it as it is: the part that both revisions share. */
export async function countPages(base64: string): Promise<number> {
  const pdf = await PDFDocument.load(base64, { updateMetadata: false });
  return pdf.getPageCount();
}
