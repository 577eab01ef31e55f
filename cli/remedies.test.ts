import { expect, it } from 'vitest';
import { remedies } from '../contract/problems.ts';
import { helpLine } from './remedies.ts';
import { speechFor } from './speech.ts';

it.each(['en_US.UTF-8', 'zh_CN.UTF-8'])(
  'every remedy is a command to type or something to do, in words: %s',
  (lang) => {
    const speech = speechFor({ LANG: lang }, 0);
    for (const remedy of remedies) {
      const line = helpLine({ remedy }, speech);
      expect(line).not.toMatch(/cli\.|help\.|\{\{/);
      expect(line.length).toBeGreaterThan(10);
    }
  },
);
