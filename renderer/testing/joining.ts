import { joinStages, type Joining, type JoinStage, type SentPhrase } from '../../contract/joining.ts';

const say = (key: string, params: SentPhrase['params'] = {}): SentPhrase => ({
  key: `joining.${key}`,
  params,
});

const wills: Readonly<Record<JoinStage['step'], readonly SentPhrase[]>> = {
  machine: [say('machine.will')],
  network: [
    say('network.will', { network: 'net.aurora.example', name: 'quiet-otter-4821' }),
    say('network.willKey'),
  ],
  programs: [say('programs.will')],
  start: [say('start.will', { pool: 'Aurora', name: 'quiet-otter-4821' })],
};

const dids: Readonly<Record<JoinStage['step'], readonly SentPhrase[]>> = {
  machine: [
    say('machine.didCard', { name: 'NVIDIA GeForce RTX 4090' }),
    say('machine.didKept', { name: 'NVIDIA GeForce RTX 3060' }),
    say('machine.didEngine.docker', { version: '28.5.1' }),
  ],
  network: [say('network.did', { address: '100.64.0.7' }), say('network.didKept')],
  programs: [say('programs.did', { version: '2.0.5', path: '/usr/bin/nomad' })],
  start: [say('start.did', { name: 'quiet-otter-4821' })],
};

/** The way to sharing where `at` is the step it stands at; those before it are done. */
export function joiningAt(at: Partial<JoinStage> & Pick<JoinStage, 'step'>): Joining {
  const index = joinStages.indexOf(at.step);
  return {
    steps: joinStages.map((step, i): JoinStage => {
      const stage = { step, will: [...wills[step]], did: [], problem: null, progress: null };
      if (i < index) return { ...stage, state: 'done', did: [...dids[step]] };
      return i === index ? { ...stage, state: 'doing', ...at } : { ...stage, state: 'waiting' };
    }),
  };
}
