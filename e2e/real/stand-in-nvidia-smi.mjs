#!/usr/bin/env node
// Stands in for a driver's tool on a machine without a GPU: one idle card without a screen, no processes.
const card = {
  uuid: 'GPU-00000000-1111-2222-3333-444444444444',
  index: '0',
  name: 'NVIDIA GeForce RTX 4090',
  driver_version: '570.133.07',
  'pci.bus_id': '00000000:01:00.0',
  'memory.total': '24564',
  'memory.used': '12',
  'utilization.gpu': '0',
  'temperature.gpu': '38',
  'power.draw': '21.40',
  display_attached: 'No',
  display_active: 'Disabled',
};
const query = process.argv.find((a) => a.startsWith('--query-gpu='));
if (query) {
  const fields = query.slice('--query-gpu='.length).split(',');
  const unknown = fields.find((f) => !(f in card));
  if (unknown) {
    process.stdout.write(`Field "${unknown}" is not a valid field to query.\n\n`);
    process.exit(2);
  }
  process.stdout.write(`${fields.map((f) => card[f]).join(', ')}\n`);
}
