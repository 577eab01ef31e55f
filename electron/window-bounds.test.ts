import { expect, test } from 'vitest';
import { boundsFor } from './window-bounds.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 900 };
const beside = { x: 1440, y: 0, width: 2560, height: 1440 };

test('the first window is centred', () => {
  expect(boundsFor(null, [laptop])).toEqual({ width: 1080, height: 760 });
});

test('a window comes back where it was, also on the second screen', () => {
  const last = { x: 1600, y: 100, width: 900, height: 700 };
  expect(boundsFor(last, [laptop, beside])).toEqual(last);
});

test('a window of a screen that is gone comes back in the middle', () => {
  expect(boundsFor({ x: 1600, y: 100, width: 900, height: 700 }, [laptop])).toEqual({
    width: 1080,
    height: 760,
  });
});

test('a window that can hardly be seen comes back in the middle', () => {
  expect(boundsFor({ x: 1400, y: 100, width: 900, height: 700 }, [laptop])).not.toHaveProperty('x');
  expect(boundsFor({ x: 10, y: 880, width: 900, height: 700 }, [laptop])).not.toHaveProperty('x');
});

test('a window is never larger than its screen nor smaller than can be read', () => {
  expect(boundsFor({ x: 0, y: 0, width: 5000, height: 5000 }, [laptop])).toMatchObject({
    width: 1440,
    height: 900,
  });
  expect(boundsFor({ x: 0, y: 0, width: 10, height: 10 }, [laptop])).not.toHaveProperty('x');
  expect(boundsFor({ x: 0, y: 0, width: 200, height: 100 }, [laptop])).toMatchObject({
    width: 360,
    height: 480,
  });
  expect(boundsFor(null, [{ x: 0, y: 0, width: 800, height: 600 }])).toEqual({ width: 800, height: 600 });
});
