import { expect, it } from 'vitest';
import type { ConfigLine } from '../../contract/configuration.ts';
import { changeBetween, differences } from './config-change.ts';

const lines = (settings: Readonly<Record<string, string>>): readonly ConfigLine[] =>
  Object.entries(settings).map(([key, value]) => ({ key, value }));
const base = {
  name: 'rig',
  'ports.http': '4646',
  'advertise.http': '100.64.0.2:4646',
  'client.meta.gpu-count': '1',
  'client.meta.rigshare.pool': 'uni',
};
const why = (over: Readonly<Record<string, string>>) =>
  changeBetween(lines(base), lines({ ...base, ...over }), null)?.why;

it('lists what differs, what is new and what is gone', () => {
  expect(differences(lines({ a: '1', b: '2', c: '3' }), lines({ a: '1', b: '4', d: '5' }))).toEqual([
    { key: 'b', from: '2', to: '4' },
    { key: 'd', from: null, to: '5' },
    { key: 'c', from: '3', to: null },
  ]);
});

it('is no change where nothing differs', () => {
  expect(changeBetween(lines(base), lines({ ...base }), 1)).toBeNull();
});

it('says why by what differs', () => {
  expect(why({ 'client.meta.gpu-count': '2' })).toEqual(['gpus']);
  expect(why({ 'plugin.nomad-device-nvidia.config.ignored_gpu_ids': 'GPU-1' })).toEqual(['gpus']);
  expect(why({ 'client.reserved.memory': '8192', 'client.node_max_allocs': '4' })).toEqual(['limits']);
  expect(why({ name: 'other' })).toEqual(['name']);
  expect(why({ 'client.meta.rigshare.pool': 'other', 'tls.rpc': 'true' })).toEqual(['invite']);
  expect(why({ 'client.server_join.retry_join': '100.64.0.9:4647' })).toEqual(['address']);
  expect(why({ 'plugin.docker.config.pids_limit': '1' })).toEqual(['program']);
  expect(why({ 'client.meta.gpu-count': '2', 'plugin.docker.config.pids_limit': '1' })).toEqual([
    'gpus',
    'program',
  ]);
});

it('tells another port from another address', () => {
  expect(why({ 'ports.http': '4650', 'advertise.http': '100.64.0.2:4650' })).toEqual(['port']);
  expect(why({ 'ports.http': '4650', 'advertise.http': '100.64.0.3:4650' })).toEqual(['address', 'port']);
  expect(why({ 'advertise.http': '100.64.0.3:4646' })).toEqual(['address']);
});
