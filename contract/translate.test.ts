import { describe, expect, it } from 'vitest';
import { phrase } from './phrases.ts';
import { chooseLanguage, speaker } from './translate.ts';

const say = speaker(
  {
    a: {
      hello: 'Hello {{name}}',
      jobs_one: '{{count}} job',
      jobs_other: '{{count}} jobs',
      plain: 'for {{count}}',
    },
  },
  'en',
);

describe('a speaker', () => {
  it('puts values and other phrases in their places', () => {
    expect(say(phrase('a.hello', { name: 'you' }))).toBe('Hello you');
    expect(say(phrase('a.hello', { name: phrase('a.jobs', { count: 1 }) }))).toBe('Hello 1 job');
  });

  it('does not read a value as a text to fill in', () => {
    expect(say(phrase('a.hello', { name: '{{count}}', count: 3 }))).toBe('Hello {{count}}');
  });

  it('chooses the plural by the language, and the plain text where there is none', () => {
    expect([0, 1, 2].map((count) => say(phrase('a.jobs', { count })))).toEqual(['0 jobs', '1 job', '2 jobs']);
    expect(say(phrase('a.plain', { count: 2 }))).toBe('for 2');
    expect(speaker({ jobs_other: '{{count}} 个' }, 'zh-CN')(phrase('jobs', { count: 1 }))).toBe('1 个');
  });

  it('says a missing text as its key', () => {
    expect(say(phrase('a.none'))).toBe('a.none');
    expect(say(phrase('a.hello.deeper'))).toBe('a.hello.deeper');
  });
});

describe('the language', () => {
  it('is what the owner set, else the nearest to the system’s', () => {
    expect(chooseLanguage('en', 'zh-CN')).toBe('en');
    expect(chooseLanguage('system', 'zh_CN.UTF-8')).toBe('zh-CN');
    expect(chooseLanguage('system', 'de-DE')).toBe('en');
    expect(chooseLanguage('system', undefined)).toBe('en');
  });
});
