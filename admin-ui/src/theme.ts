import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const tide: MantineColorsTuple = [
  '#e8f8fb', '#d3eef4', '#a6dde8', '#76cbdc', '#4fbcd1', '#35b2ca', '#179db8', '#00839c', '#006e84', '#00566a',
];
const slate: MantineColorsTuple = [
  '#d7dde4', '#b9c3ce', '#9aa7b5', '#7b8a9b', '#3d4b5c', '#2c3846', '#222d39', '#18212b', '#121a22', '#0c1218',
];

export const theme = createTheme({
  primaryColor: 'tide',
  primaryShade: 8,
  colors: { tide, dark: slate },
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' }, h2: { fontSize: '1.125rem' } } },
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Badge: { defaultProps: { radius: 'sm' } },
  },
});

/** Mantine's own greys for dimmed text and placeholders are below the contrast that WCAG asks for. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#55616d',
    '--mantine-color-placeholder': '#66727e',
    '--mantine-color-body': '#f6f8fa',
    '--mantine-color-error': '#c22020',
    '--mantine-color-anchor': '#006e84',
    '--surface': '#ffffff',
    '--line': '#dde3e9',
    '--line-strong': '#c4ced8',
    '--hover': '#f0f4f7',
    '--selected': '#e3f3f7',
    '--accent': '#006e84',
    '--good': '#1b7a3d',
    '--warn': '#a35200',
    '--bad': '#c22020',
    '--good-bg': '#e5f5ea',
    '--warn-bg': '#fdf0dd',
    '--bad-bg': '#fdeaea',
    '--json-key': '#00566a',
    '--json-string': '#1b6e35',
    '--json-number': '#9a3d00',
    '--json-word': '#7a2ea0',
  },
  dark: {
    '--mantine-color-dimmed': '#a3b0bd',
    '--mantine-color-placeholder': '#8d9aa8',
    '--mantine-color-body': '#0c1218',
    '--mantine-color-text': '#dfe6ed',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#4fbcd1',
    '--surface': '#121a22',
    '--line': '#26323e',
    '--line-strong': '#3a4857',
    '--hover': '#1a2530',
    '--selected': '#12323c',
    '--accent': '#4fbcd1',
    '--good': '#5fd38a',
    '--warn': '#f3b25c',
    '--bad': '#ff8787',
    '--good-bg': '#10301d',
    '--warn-bg': '#37260c',
    '--bad-bg': '#3a1717',
    '--json-key': '#7fd0e2',
    '--json-string': '#8bd7a2',
    '--json-number': '#f2b880',
    '--json-word': '#d3a6f0',
  },
});
