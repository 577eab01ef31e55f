import { renderUnicodeCompact } from 'uqr';

/** An address as a picture that a phone reads, in characters; empty where it does not fit in so many columns. */
export function qrLines(address: string, columns: number): readonly string[] {
  const lines = renderUnicodeCompact(address, { border: 2 }).split('\n');
  return (lines[0]?.length ?? 0) > columns ? [] : lines;
}
