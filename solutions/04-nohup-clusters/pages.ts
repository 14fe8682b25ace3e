/** Given; nothing to do here. */

/** The number of pages of a PDF. Rejects when `bytes` are no PDF, or are encrypted. */
export async function countPages(bytes: Uint8Array): Promise<number> {
  // Loaded when there is a first document: an invocation that finds none does not wait for it.
  const { PDFDocument } = await import('@cantoo/pdf-lib');
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return pdf.getPageCount();
}
