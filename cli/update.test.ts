import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppState } from '../contract/app-state.ts';
import { problem } from '../contract/problems.ts';
import { sharingState } from '../host/procedures/testing/commands-double.ts';
import { newRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeEach(async () => void (rig = await newRig()));
afterEach(() => rig.close());

const offered: AppState = {
  ...sharingState,
  update: { from: '2.0.5', to: '2.0.6', underWay: false, progress: null },
};

describe('update', () => {
  it('is spoken of in the status', async () => {
    await rig.serve(offered);
    expect((await rig.run('status')).out).toContain('Nomad 2.0.6 is there, 2.0.5 runs: rigshare update');
  });

  it('without an offer changes nothing and says so', async () => {
    const commands = await rig.serve(sharingState);
    const { code, out } = await rig.run('update');
    expect({ code, out }).toEqual({ code: 0, out: "No update of the pool's program is offered\n" });
    expect(commands.calls.filter(({ name }) => name === 'update')).toEqual([]);
  });

  it('asks for the offered version and says what comes of it', async () => {
    const commands = await rig.serve(offered);
    const { code, out } = await rig.run('update');
    expect({ code, out }).toEqual({
      code: 0,
      out: "The pool's program goes to 2.0.6 as soon as no job runs\n",
    });
    expect(commands.calls.filter(({ name }) => name === 'update')).toHaveLength(1);
  });

  it('waits until it runs, if told to', async () => {
    const commands = await rig.serve(offered);
    const running = rig.run('update --wait 20s');
    await until(() => commands.calls.some(({ name }) => name === 'update'));
    commands.set({ update: null });
    expect((await running).out).toBe("The pool's program is now 2.0.6\n");
  });

  it('fails where the old version came back', async () => {
    const commands = await rig.serve(offered);
    const running = rig.run('update --wait 20s');
    await until(() => commands.calls.some(({ name }) => name === 'update'));
    commands.set({ update: null, notices: [problem('nomad-update-failed', '2.0.6')] });
    const { code, err } = await running;
    expect(code).not.toBe(0);
    expect(err).toContain('(nomad-update-failed, copy-report)');
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
