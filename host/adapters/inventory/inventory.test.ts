import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMacos, readWindows } from './index.ts';
import { linuxOthers } from './linux.ts';

describe('cards of other makers on Linux', () => {
  let root: string;
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const device = async (bus: string, vendor: string, id: string, kind: string) => {
    await put(`sys/bus/pci/devices/${bus}/vendor`, `0x${vendor}\n`);
    await put(`sys/bus/pci/devices/${bus}/device`, `0x${id}\n`);
    await put(`sys/bus/pci/devices/${bus}/class`, `0x${kind}\n`);
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rigshare-inventory-'));
    await device('0000:00:02.0', '8086', 'a780', '030000');
    await device('0000:00:1f.3', '8086', '7ad0', '040300');
    await device('0000:01:00.0', '10de', '2684', '030000');
    await device('0000:03:00.0', '1002', '744c', '030000');
    await device('0000:04:00.0', '1a03', '2000', '030000');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('are named by the system’s list; NVIDIA’s, sound cards and a server’s console are none', async () => {
    const ids = [
      '# a list',
      '1002  Advanced Micro Devices, Inc. [AMD/ATI]',
      '\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX]',
      '\t\t1002 0e3b  RX 7900 GRE [XFX]',
      '1022  Advanced Micro Devices, Inc. [AMD]',
      '\ta780  another vendor’s device of the same number',
      '8086  Intel Corporation',
      '\ta780  Raptor Lake-S GT1 [UHD Graphics 770]',
    ];
    await put('usr/share/misc/pci.ids', `${ids.join('\n')}\n`);
    expect(await linuxOthers(root)).toEqual([
      { maker: 'intel', name: 'Intel Raptor Lake-S GT1 [UHD Graphics 770]' },
      { maker: 'amd', name: 'AMD Navi 31 [Radeon RX 7900 XT/7900 XTX]' },
    ]);
  });
  it('are named by their numbers where no list has them', async () => {
    await put('usr/share/hwdata/pci.ids', '8086  Intel Corporation\n\t1234  Something\n');
    expect((await linuxOthers(root)).map((c) => c.name)).toEqual([
      'Intel graphics (8086:a780)',
      'AMD graphics (1002:744c)',
    ]);
  });
  it('are none on a machine without such folders', async () => {
    expect(await linuxOthers(join(root, 'nowhere'))).toEqual([]);
  });
});

describe('cards of other makers elsewhere', () => {
  it('are read from what the system prints, without NVIDIA’s and without what is no card', () => {
    expect(
      readMacos(JSON.stringify({ SPDisplaysDataType: [{ sppci_model: 'Apple M3 Max', cores: '40' }] })),
    ).toEqual([{ maker: 'apple', name: 'Apple M3 Max' }]);
    const names = ['AMD Radeon RX 7900 XTX', 'NVIDIA GeForce RTX 4090', 'Microsoft Basic Display Adapter'];
    expect(readWindows(JSON.stringify(names.map((Name) => ({ Name }))))).toEqual([
      { maker: 'amd', name: 'AMD Radeon RX 7900 XTX' },
    ]);
  });
  it.each(['', 'not JSON', '{}', '[{"Name":7}]'])('are none where that cannot be read: %j', (text) => {
    expect(readMacos(text)).toEqual([]);
    expect(readWindows(text)).toEqual([]);
  });
});
