import { expect } from 'vitest';
import type { NomadSubject, Statement } from '../subject.ts';
import { as, ask, get } from './ask.ts';

interface Member {
  readonly Status: string;
  readonly Tags: Readonly<Record<string, string>>;
}

/** What a computer of the pool learns of the pool's servers. */
export const servers: readonly Statement<NomadSubject>[] = [
  {
    says: 'a node’s own secret lists the servers with their versions through its own agent, and nobody does without one',
    check: async (pool) => {
      const { http } = pool.first;
      const { Members } = await get<{ readonly Members: readonly Member[] }>(
        http,
        pool.first.secret(),
        '/v1/agent/members',
      );
      expect(Members.map(({ Status }) => Status)).toEqual(['alive']);
      expect(Members[0]?.Tags['role']).toBe('nomad');
      expect(Members[0]?.Tags['build']).toMatch(/^\d+\.\d+\.\d+/);
      expect((await ask(http, as('', '/v1/agent/members'))).status).toBe(403);
    },
  },
];
