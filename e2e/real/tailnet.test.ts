import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tailnetPrograms, titled } from './availability.ts';
import { run } from './run.ts';
import { startTailnet, type Tailnet } from './tailnet.ts';

const programs = await tailnetPrograms();

describe.skipIf(!programs.ok)(titled('a real tailnet in namespaces', programs), () => {
  let tailnet: Tailnet;
  beforeAll(async () => {
    tailnet = await startTailnet(programs.ok ? programs.value : '');
  });
  afterAll(() => tailnet?.stop());

  it('signs a computer in with a one-off key and gives it the tag of the key', async () => {
    const node = await tailnet.add('client', { key: await tailnet.headscale.mintKey(), shieldsUp: true });
    const status = await node.localApi.status();
    expect(status.BackendState).toBe('Running');
    expect(status.Self.Tags).toEqual(['tag:nomad-client']);
    expect((await tailnet.headscale.nodes()).map((one) => one.name)).toEqual(['server', 'client']);
  });

  it('runs beside another one and leaves nothing behind', async () => {
    const other = await startTailnet(programs.ok ? programs.value : '');
    const { id, folder } = other.network;
    await other.stop();
    expect((await run('ip', ['netns', 'list'])).stdout).not.toContain(`rs-${id}-`);
    expect((await run('ls', ['-d', folder])).code).not.toBe(0);
    expect((await tailnet.server.localApi.status()).BackendState).toBe('Running');
  });
});
