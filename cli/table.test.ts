import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToWidth, plain, tableLines, textWidth } from './table.ts';

describe("a text's width", () => {
  it.each([
    ['abc', 3],
    ['文本', 4],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['🖥️', 2],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
    ['\u200b', 0],
    ['–…°', 3],
    ['', 0],
  ])('is that of the terminal: %s', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('a table', () => {
  it('has its columns aligned whatever the script', () => {
    const lines = tableLines(
      [
        ['job', 'h', 'end'],
        ['训练', '1.50', 'yes'],
        ['a-job', '12.00', ''],
      ],
      ['left', 'right'],
    );
    expect(lines).toEqual(['job        h  end', '训练    1.50  yes', 'a-job  12.00']);
  });
  it('has rows of different lengths, and may be empty', () => {
    expect(tableLines([['a'], ['b', 'c']])).toEqual(['a', 'b  c']);
    expect(tableLines([])).toEqual([]);
  });
  it('lets no name move the cursor or break the line', () => {
    expect(tableLines([['a\u001b[31mred\u009b2J', 'b\nc\u202ed']])).toEqual(['a[31mred2J  b cd']);
  });
});

describe('a cut text', () => {
  it('fits, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 30 }),
        (text, columns) => textWidth(cutToWidth(text, columns)) <= columns,
      ),
    );
  });
  it('is whole where it fits, and else says that it was cut', () => {
    expect(cutToWidth('文本', 4)).toBe('文本');
    expect(cutToWidth('文本', 3)).toBe('文…');
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
  });
});

describe('a plain text', () => {
  it('keeps line ends and letters of every script', () => {
    expect(plain('a\n文é🖥')).toBe('a\n文é🖥');
  });
});
