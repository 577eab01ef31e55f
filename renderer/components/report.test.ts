import { describe, expect, it } from 'vitest';
import { problem } from '../../contract/problems.ts';
import { gpu, job, sharingState } from '../testing/states.ts';
import { reportText } from './report.ts';

const page = { version: '1.2.3', browser: 'Chrome/130' };

describe('a report', () => {
  it('says what happened and what there is', () => {
    const text = reportText(problem('internal', 'ref 1a2b'), sharingState(5, '1.2.4'), page, 0);
    for (const part of [
      '1970-01-01T00:00:00.000Z',
      'ref 1a2b',
      '1.2.3',
      '1.2.4',
      'RTX 4090',
      '"kind": "sharing"',
    ])
      expect(text).toContain(part);
  });

  it('names no address, path, job, pool or sign-in', () => {
    const state = sharingState(5, '1', {
      node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: 'https://net.example/a/secret' },
      work: [job(5, { job: 'private-name' })],
      gpus: [gpu(5)],
      settings: {
        language: 'en',
        theme: 'light',
        nomadPath: '/home/mira/nomad',
        tailscaleSocket: null,
        engineSocket: null,
      },
    });
    const text = reportText(problem('internal'), state, page, 0);
    for (const secret of ['100.64.0.7', '/home/mira', 'private-name', 'secret', 'aurora', 'GPU-0a1b'])
      expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});
