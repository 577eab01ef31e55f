import type { ReactNode } from 'react';

/** An icon's name. */
export type IconName = keyof typeof shapes;

/** A small drawing beside a text that says the same. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: 'none', display: 'block' }}
    >
      {shapes[name]}
    </svg>
  );
}

const shapes = {
  home: <path d="M3.5 9 10 3.5 16.5 9v6.5a1 1 0 0 1-1 1h-3.2v-4.7H7.7v4.7H4.5a1 1 0 0 1-1-1z" />,
  work: <path d="M10 3 17 6.5 10 10 3 6.5zM3.5 10 10 13.3 16.5 10M3.5 13.4 10 16.7 16.5 13.4" />,
  earnings: <path d="M4 16.5v-5M8 16.5v-9M12 16.5v-6.5M16 16.5V3.5" />,
  join: <path d="M10 3v14M3 10h14" />,
  settings: (
    <>
      <path d="M3 6h6.5M14.5 6H17M3 14h2.5M10.5 14H17" />
      <circle cx={12} cy={6} r={2.3} />
      <circle cx={8} cy={14} r={2.3} />
    </>
  ),
  pause: <path d="M7 4.5v11M13 4.5v11" strokeWidth={2.6} />,
  play: <path d="M6.5 4.2v11.6L15.5 10z" fill="currentColor" />,
  down: <path d="m5.5 8 4.5 4.5L14.5 8" />,
  right: <path d="m8 5.5 4.5 4.5L8 14.5" />,
  alert: <path d="M10 3.3 17.5 16.5h-15zM10 8.2v3.6M10 14.1v.1" />,
  check: <path d="m4.5 10.5 3.7 3.7 7.3-8" />,
  minus: <path d="M6 10h8" />,
  cross: <path d="m5.5 5.5 9 9M14.5 5.5l-9 9" />,
  copy: <path d="M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3" />,
  outside: <path d="M8.5 4.5h-4v11h11v-4M11.5 4h4.5v4.5M16 4l-6.5 6.5" />,
  file: <path d="M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15" />,
  off: (
    <path d="M3 3l14 14M6.2 7.8a7 7 0 0 0-2.2 1.4M9 6.2A8.5 8.5 0 0 1 16.5 9M7 12a4.5 4.5 0 0 1 4.5-.9M10 15.5v.1" />
  ),
  leave: <path d="M11.5 4.5h-7v11h7M9 10h8M14 7l3 3-3 3" />,
  info: <path d="M10 9.2v4.5M10 6.3v.1M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z" />,
  spark: <path d="M3 12.5 6.5 9l3 4 3.5-8 4 7.5" />,
  chip: <path d="M6 6h8v8H6zM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3" />,
} as const satisfies Record<string, ReactNode>;
