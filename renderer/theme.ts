import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** The one accent colour, as in the app's icon. */
const accent: MantineColorsTuple = [
  '#eefbf8',
  '#d3f5ee',
  '#a6ebde',
  '#6edccb',
  '#38c9b5',
  '#17ad9b',
  '#0e8c7f',
  '#0f766e',
  '#125e59',
  '#134e4a',
];

/** Mantine's dark surfaces in the palette's neutral. */
const neutral: MantineColorsTuple = [
  '#eceae6',
  '#c4c2bc',
  '#a3a19b',
  '#70747a',
  '#33363a',
  '#2b2e31',
  '#1f2124',
  '#141517',
  '#121315',
  '#0f1011',
];

const fonts =
  '"Segoe UI Variable Text", "Segoe UI", -apple-system, BlinkMacSystemFont, "Adwaita Sans", Inter, Cantarell, Ubuntu, Roboto, "Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

/** What is filled with the accent is written on in the palette's own colour: Mantine looks at the light shade alone. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  return input.variant === 'filled' ? { ...colors, color: 'var(--on-accent)' } : colors;
};

/** How Mantine's parts look here. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, dark: neutral },
  variantColorResolver: variantColors,
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  radius: { sm: '6px', md: '10px', lg: '16px' },
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: '650' },
});

/** Mantine's variables follow the page's own palette (`styles/palette.css`). */
export const cssVariables: CSSVariablesResolver = () => {
  const variables = {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--dim)',
    '--mantine-color-placeholder': 'var(--dim)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--surface-hover)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--alarm)',
  };
  return { variables: {}, light: variables, dark: variables };
};
