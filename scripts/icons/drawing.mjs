// How the icons look: one motif, a chip with its pins, and inside it a glyph for each state.
// A filled chip means that the graphics card works for the pool or may at any time; an outlined one that it is the owner's.

/** Ink and accents for panels of each kind; amber only where somebody has to do something. */
const palettes = {
  light: { ink: '#1f2933', accent: '#0f766e', amber: '#b45309', demo: '#7c3aed' },
  dark: { ink: '#f4f6f8', accent: '#2dd4bf', amber: '#fbbf24', demo: '#a78bfa' },
};

const bars =
  '<rect x="7.5" y="7.5" width="2.5" height="7" rx=".6"/><rect x="12" y="7.5" width="2.5" height="7" rx=".6"/>';
const line = 'fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';

/** Glyphs in a 22 × 22 box; `currentColor` is the glyph's colour. `open` names the side the chip is open at. */
const states = {
  looking: {
    glyph:
      '<circle cx="7.6" cy="11" r="1.3"/><circle cx="11" cy="11" r="1.3"/><circle cx="14.4" cy="11" r="1.3"/>',
  },
  new: { glyph: `<path ${line} stroke="currentColor" d="M11 8v6M8 11h6"/>` },
  joining: { open: 'left', glyph: `<path ${line} stroke="currentColor" d="M1.5 11H12M9 8l3 3-3 3"/>` },
  sharing: { filled: true, glyph: `<circle ${line} stroke="currentColor" cx="11" cy="11" r="3"/>` },
  busy: {
    filled: true,
    glyph: '<path d="M8.5 7.2v7.6a.5.5 0 0 0 .8.4l5.4-3.8a.5.5 0 0 0 0-.8L9.3 6.8a.5.5 0 0 0-.8.4z"/>',
  },
  pausing: { filled: true, glyph: bars },
  paused: { glyph: bars },
  offline: { cut: true, glyph: '' },
  attention: {
    amber: true,
    glyph: '<rect x="9.9" y="6.6" width="2.2" height="5.4" rx="1.1"/><circle cx="11" cy="14.4" r="1.3"/>',
  },
  leaving: {
    open: 'right',
    glyph: `<path ${line} stroke="currentColor" d="M10 11h10.5M18 8.4l2.6 2.6-2.6 2.6"/>`,
  },
};

/** The states that have an icon. */
export const stateNames = Object.keys(states);

/** Two pins on each side; none on a side that is open. */
function pins(open) {
  const at = {
    top: 'M8 1v2M14 1v2',
    bottom: 'M8 19v2M14 19v2',
    left: 'M1 8h2M1 14h2',
    right: 'M19 8h2M19 14h2',
  };
  return Object.entries(at)
    .filter(([side]) => side !== open)
    .map(([, path]) => path)
    .join('');
}

const bodies = {
  whole: '<rect x="4" y="4" width="14" height="14" rx="3"/>',
  left: '<path d="M4.9 4.9a3 3 0 0 1 2.1-.9h8a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H7a3 3 0 0 1-2.1-.9"/>',
  right: '<path d="M17.1 4.9A3 3 0 0 0 15 4H7a3 3 0 0 0-3 3v8a3 3 0 0 0 3 3h8a3 3 0 0 0 2.1-.9"/>',
};

const svg = (box, inside) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box} ${box}">${inside}</svg>`;

/** One tray icon as SVG text. `panel` is the panel it lies on: `light` or `dark`. */
export function trayIcon(state, panel, demo) {
  const { glyph, filled = false, open, cut = false, amber = false } = states[state];
  const palette = palettes[panel];
  const colour = amber ? palette.amber : filled ? palette.accent : palette.ink;
  const holes = [];
  if (filled) holes.push(`<g fill="#000" color="#000">${glyph}</g>`);
  if (cut) holes.push('<path d="M3 17.5 17.5 3" stroke="#000" stroke-width="3.4"/>');
  if (demo) holes.push('<circle cx="17.5" cy="17.5" r="5" fill="#000"/>');
  const mask = `<mask id="m"><rect width="22" height="22" fill="#fff"/>${holes.join('')}</mask>`;
  const chip =
    `<path ${line} stroke="${colour}" stroke-linecap="butt" d="${pins(open)}"/>`.replace(
      ' stroke-linecap="round"',
      '',
    ) +
    `<g fill="${filled ? colour : 'none'}" stroke="${colour}" stroke-width="2">${bodies[open ?? 'whole']}</g>`;
  const inside = filled ? '' : `<g fill="${colour}" color="${colour}">${glyph}</g>`;
  const slash = cut ? `<path ${line} stroke="${colour}" d="M4 20 20 4"/>` : '';
  const badge = demo ? `<path d="M17.5 13.6 21.4 17.5 17.5 21.4 13.6 17.5z" fill="${palette.demo}"/>` : '';
  return svg(22, `${mask}<g mask="url(#m)">${chip}${inside}${slash}</g>${badge}`);
}

/** The app's own icon as SVG text: the chip with its fan, on the accent colour. */
export function appIcon() {
  const pinPath = [200, 256, 312].map((at) => `M${at} 96v44M${at} 372v44M96 ${at}h44M372 ${at}h44`).join('');
  return svg(
    512,
    `<defs>
<linearGradient id="ground" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#14b8a6"/><stop offset="1" stop-color="#0b5c56"/></linearGradient>
</defs>
<rect x="16" y="16" width="480" height="480" rx="112" fill="url(#ground)"/>
<path d="${pinPath}" stroke="#fff" stroke-width="26" stroke-linecap="round"/>
<rect x="140" y="140" width="232" height="232" rx="52" fill="#fff"/>
<circle cx="256" cy="256" r="64" fill="none" stroke="#0f766e" stroke-width="30"/>
<circle cx="256" cy="256" r="16" fill="#0f766e"/>`,
  );
}
