/** What is called a PDF and cannot be counted, the ways that such things arrive. */
import type { Seeded } from '../../../../workbook/kit/contract.ts';
import { plain } from '../../../support/documents.ts';

export interface Poison {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** One of each kind, in any order. */
export function poisons(seeded: Seeded): Poison[] {
  const pdf = Buffer.from(plain(seeded.integer(2, 9)));
  return seeded.shuffle([
    { kind: 'a text', bytes: Buffer.from(`Dear ${seeded.name('customer')}, please find enclosed`) },
    { kind: 'the beginning of a PDF', bytes: pdf.subarray(0, seeded.integer(25, 45)) },
    { kind: 'an encrypted PDF', bytes: encrypted(pdf) },
    { kind: 'an empty file', bytes: Buffer.alloc(0) },
  ]);
}

/** Says of itself that it is encrypted, which is as far as a reader without the key gets. */
function encrypted(pdf: Buffer): Buffer {
  const how = '/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (owner) /U (user) >>';
  return Buffer.from(pdf.toString('latin1').replace('trailer\n<<', `trailer\n<< ${how}`), 'latin1');
}
