import { expect, it } from 'vitest';
import { kindOf, readStreamLine } from './events.ts';

it.each([
  ['Node registered', 'registered'],
  ['Node drain strategy set', 'drain-set'],
  ['Node drain strategy updated', 'drain-set'],
  ['Node drain complete', 'drain-complete'],
  ['Node drain disabled', 'drain-canceled'],
  ['Node marked as eligible for scheduling', 'eligible'],
  ['Node marked as ineligible for scheduling', 'ineligible'],
  [
    'Node marked as ineligible for scheduling due to multiple plan rejections, refer to https://x for more information',
    'ineligible',
  ],
  // Coming back is no first registration: what closed it then is not what closes it now.
  ['Node re-registered', 'other'],
  ['Node reregistered by heartbeat', 'other'],
  ['Node heartbeat missed', 'other'],
  ['Healthy', 'other'],
] as const)('takes "%s" for %s', (message, kind) => expect(kindOf(message)).toBe(kind));

it('tells a heartbeat from events and from anything else', () => {
  expect(readStreamLine('{}')).toEqual({ index: 0, events: 0 });
  expect(readStreamLine('{"Index":12,"Events":[{"Type":"NodeDrain","Payload":{}},{"Type":"x"}]}')).toEqual({
    index: 12,
    events: 2,
  });
  expect(readStreamLine('{"Index":12,"Events":null}')).toEqual({ index: 12, events: 0 });
  expect(readStreamLine('{"Index":1')).toBe(null);
  expect(readStreamLine('[]')).toBe(null);
});
