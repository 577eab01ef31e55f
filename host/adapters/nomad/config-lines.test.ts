import { expect, it } from 'vitest';
import { configLines } from './config-lines.ts';

const places = { folder: '/home/ada/.local/share/rigshare/agent' };
const lines = (config: unknown) =>
  Object.fromEntries(configLines(JSON.stringify(config), places).map(({ key, value }) => [key, value]));

it('names each setting by the blocks it lies in, plugins too', () => {
  expect(
    lines({
      name: 'rig',
      client: { meta: { 'unique.tailscale-ip': '100.64.0.2' }, server_join: { retry_join: ['a:1', 'b:2'] } },
      plugin: [{ docker: { config: { volumes: { enabled: false } } } }, { other: { config: { ids: [] } } }],
    }),
  ).toEqual({
    name: 'rig',
    'client.meta.unique.tailscale-ip': '100.64.0.2',
    'client.server_join.retry_join': 'a:1, b:2',
    'plugin.docker.config.volumes.enabled': 'false',
    'plugin.other.config.ids': '',
  });
});

it('tells nobody where the owner’s folders are', () => {
  const told = lines({
    data_dir: '/home/ada/.local/share/rigshare/agent/data',
    tls: { key_file: '/home/ada/.local/share/rigshare/secrets/key.pem' },
  });
  expect(told).toEqual({ data_dir: '…/agent/data', 'tls.key_file': '…/secrets/key.pem' });
});

it('shows nothing of a file that is not ours', () => {
  expect([configLines(null, places), configLines('{', places), configLines('[1]', places)]).toEqual([
    [],
    [],
    [],
  ]);
});
