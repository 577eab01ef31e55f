import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { FakeClock } from '../../host/core/testing/fake-clock.ts';
import { demoNomad } from './demo-nomad.ts';
import { demoTailnet } from './demo-tailnet.ts';
import { nomadStatements } from './nomad/index.ts';
import { tailscaleStatements } from './tailscale/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rigshare-conformance-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

for (const [about, statements] of Object.entries(nomadStatements)) {
  describe(`the demo’s Nomad: ${about}`, () => {
    for (const { says, check } of statements) {
      it(says, async () => {
        const { subject, demo } = await demoNomad(new FakeClock(), folder);
        await check(subject);
        demo.stop();
      });
    }
  });
}

for (const [about, statements] of Object.entries(tailscaleStatements)) {
  describe(`the demo’s tailscaled: ${about}`, () => {
    for (const { says, check } of statements) {
      it(says, async () => {
        const { subject, demo } = demoTailnet(new FakeClock(), folder);
        await check(subject);
        demo.stop();
      });
    }
  });
}
