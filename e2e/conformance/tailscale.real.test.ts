import { afterAll, beforeAll, describe, it } from 'vitest';
import { tailnetPrograms, titled } from '../real/availability.ts';
import { RealTailnet } from './real-tailnet.ts';
import { tailscaleStatements } from './tailscale/index.ts';

const programs = await tailnetPrograms();

describe.skipIf(!programs.ok)(titled('a real tailscaled and Headscale', programs), () => {
  let tailnet: RealTailnet;

  beforeAll(async () => {
    tailnet = await RealTailnet.start(programs.ok ? programs.value : '');
  });
  afterAll(() => tailnet?.stop());

  for (const [about, statements] of Object.entries(tailscaleStatements)) {
    describe(about, () => {
      for (const { says, check } of statements) it(says, () => tailnet.on(check));
    });
  }
});
