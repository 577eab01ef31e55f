import { describe, expect, it } from 'vitest';
import { reasons, joinSteps, nodeStateOrder } from '../../contract/node-state.ts';
import { joinStepOrder } from '../../contract/phrases.ts';
import { problemCodes, remedies } from '../../contract/problems.ts';
import type { Catalogue } from '../../contract/translate.ts';
import en from './en.json' with { type: 'json' };
import zh from './zh-CN.json' with { type: 'json' };

type Texts = ReadonlyMap<string, string>;

const catalogues = { en: flat(en), 'zh-CN': flat(zh) } as const;
const both = Object.entries(catalogues);

function flat(catalogue: Catalogue, prefix = ''): Texts {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') texts.set(prefix + name, value);
    else for (const [key, text] of flat(value, `${prefix}${name}.`)) texts.set(key, text);
  }
  return texts;
}

const base = (key: string) => key.replace(/_(one|other)$/, '');
const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();
const behindDetails = (key: string) => /^(details|diagnosis)\./.test(key);

/** What a text holds of what it must not: the offending words, each with its key. */
function found(texts: Texts, banned: RegExp): readonly string[] {
  return [...texts].flatMap(([key, text]) =>
    behindDetails(key) ? [] : (text.match(banned) ?? []).map((word) => `${key}: ${word}`),
  );
}

const english =
  /\b(?:drain\w*|(?:in)?eligib\w*|allocat\w*|allocs?|nodes?|tags?|tagged|profiles?|segments?|meter(?:ed|ing))\b/gi;
const chinese = /节点|排空|驱逐|分配|标签|配置文件|分段|计量|合格/g;

describe('the catalogue', () => {
  it('has the same keys in every language, plural forms aside', () => {
    const keys = ({ en, 'zh-CN': zh }: typeof catalogues) =>
      [en, zh].map((t) => [...new Set([...t.keys()].map(base))].sort());
    const [englishKeys, chineseKeys] = keys(catalogues);
    expect(chineseKeys).toEqual(englishKeys);
    expect(englishKeys?.length).toBeGreaterThan(300);
  });

  it('puts the same things into a text in every language', () => {
    for (const [key, text] of catalogues['zh-CN']) {
      const same = catalogues.en.get(key) ?? catalogues.en.get(`${base(key)}_other`);
      expect([key, placeholders(text)]).toEqual([key, placeholders(same ?? '')]);
    }
  });

  it.each(both)('has every plural form its language needs: %s', (language, texts) => {
    const needed = new Intl.PluralRules(language)
      .resolvedOptions()
      .pluralCategories.map((c) => `_${c}`)
      .sort();
    const plural = new Set([...texts.keys()].filter((key) => base(key) !== key).map(base));
    expect(plural.size).toBeGreaterThan(3);
    for (const key of plural) {
      const forms = ['_one', '_other'].filter((form) => texts.has(key + form));
      expect([key, needed.filter((form) => !forms.includes(form))]).toEqual([key, []]);
      for (const form of forms) expect(placeholders(texts.get(key + form) ?? '')).toContain('{{count}}');
    }
  });

  it.each(both)('leaves no text empty or with blanks around it: %s', (_, texts) => {
    const bad = [...texts].filter(([, text]) => text.trim() === '' || text !== text.trim());
    expect(bad).toEqual([]);
  });

  it('keeps words of the trade away from people', () => {
    expect(found(catalogues.en, english)).toEqual([]);
    expect(found(catalogues['zh-CN'], chinese)).toEqual([]);
    expect(found(catalogues['zh-CN'], english)).toEqual([]);
  });

  it('would notice a word of the trade, and lets it be behind Details and on Diagnosis', () => {
    const planted = flat({
      a: 'Drain this node',
      details: { b: 'Drain this node' },
      diagnosis: { c: 'a tag' },
    });
    expect(found(planted, english)).toEqual(['a: Drain', 'a: node']);
    expect(found(flat({ a: '此节点' }), chinese)).toEqual(['a: 节点']);
  });

  it.each(both)('has a sentence for every problem and a button for every remedy: %s', (_, texts) => {
    const needed = [
      ...problemCodes.map((code) => `problem.${code}`),
      ...remedies.map((remedy) => `remedy.${remedy}`),
    ];
    expect(needed.filter((key) => !texts.has(key))).toEqual([]);
    const unknown = [...texts.keys()].filter(
      (key) => /^(problem|remedy)\./.test(key) && !needed.includes(key),
    );
    expect(unknown).toEqual([]);
  });

  it.each(both)('has words for every state, reason to pause and step of joining: %s', (_, texts) => {
    const needed = [
      ...nodeStateOrder.map((kind) => `state.${kind}.short`),
      ...reasons.flatMap((reason) => [`reason.${reason}.plain`, `reason.${reason}.ends`]),
      ...joinSteps.flatMap((step) => [`join.step.${step}.label`, `join.step.${step}.doing`]),
    ];
    expect(needed.filter((key) => !texts.has(key))).toEqual([]);
  });
});

describe('the steps of joining', () => {
  it('are said in the order they are done', () => {
    expect(joinStepOrder).toEqual(joinSteps);
  });
});
