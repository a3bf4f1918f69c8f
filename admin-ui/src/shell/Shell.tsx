import { ActionIcon, AppShell, Burger, Group, Kbd, Menu, Text, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceDesktop, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { overviewQuery } from '../api/queries';
import { causes, serious } from '../lib/health';
import { PAGES } from './pages';
import { Palette } from './Palette';
import { useShortcuts } from './useShortcuts';

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.find((scheme) => scheme.value === colorScheme) ?? SCHEMES[2];
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={`Colours: ${current.label}`}><current.icon size={18} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map((scheme) => (
          <Menu.Item key={scheme.value} leftSection={<scheme.icon size={16} />} onClick={() => setColorScheme(scheme.value)}>
            {scheme.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ClusterState() {
  const { data, error } = useQuery(overviewQuery);
  if (error && !data) return <span className="tag bad">not reached</span>;
  if (!data) return <span className="tag">…</span>;
  const found = causes(data, []);
  const problems = serious(found).length;
  const worst = error ? 'bad' : (found[0]?.severity ?? 'good');
  return (
    <Tooltip label={found[0]?.title ?? 'Nothing is wrong'}>
      <Link to="/" className={`tag ${worst === 'info' ? 'good' : worst}`} style={{ textDecoration: 'none' }}>
        {data.cluster_id}
        {problems > 0 ? ` · ${problems}` : ''}
      </Link>
    </Tooltip>
  );
}

/** The frame around every page: navigation, the palette, keys. */
export function Shell() {
  const [menu, { toggle, close }] = useDisclosure(false);
  const [palette, { open: openPalette, close: closePalette }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useShortcuts(openPalette);
  useEffect(() => {
    close();
    const page = PAGES.find((each) => (each.to === '/' ? path === '/' || path === '/ui/' : path.includes(each.to)));
    document.title = `${page?.label ?? 'Tidemark'} · Tidemark`;
    // A reader of the screen begins at the new page, not at the link that led there.
    if (first.current) first.current = false;
    else if (document.activeElement?.closest('.nav')) main.current?.focus({ preventScroll: true });
  }, [path, close]);

  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 218, breakpoint: 'sm', collapsed: { mobile: !menu } }} padding={{ base: 'sm', sm: 'lg' }}>
      <a href="#main" className="skip">Skip to the page</a>
      <AppShell.Header style={{ background: 'var(--surface)', borderColor: 'var(--line)' }}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" aria-expanded={menu} />
          <Link to="/" className="plain" style={{ display: 'flex', alignItems: 'center', gap: 10, color: 'inherit', textDecoration: 'none' }}>
            <img src="/ui/favicon.svg" width={28} height={28} alt="" />
            <Text fw={700} size="lg" visibleFrom="xs" style={{ letterSpacing: '-0.02em' }}>Tidemark</Text>
          </Link>
          <ClusterState />
          <div className="grow" />
          <UnstyledButton
            onClick={openPalette}
            aria-label="Search and commands, Ctrl K"
            className="card"
            style={{ display: 'flex', alignItems: 'center', gap: 10, height: 36, padding: '0 10px', borderRadius: 8 }}
          >
            <IconSearch size={16} aria-hidden />
            <Text size="sm" c="dimmed" visibleFrom="sm" w={150}>Search or jump to …</Text>
            <Kbd visibleFrom="sm" size="xs">Ctrl K</Kbd>
          </UnstyledButton>
          <SchemeMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" style={{ background: 'var(--surface)', borderColor: 'var(--line)' }}>
        <nav aria-label="Pages">
          {PAGES.map((page) => (
            <Link key={page.to} to={page.to} className="nav" activeOptions={{ exact: page.to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
              <page.icon size={18} stroke={1.75} aria-hidden />
              <span className="nowrap">{page.label}</span>
              <Kbd size="xs" className="keys" aria-hidden visibleFrom="sm">{page.keys}</Kbd>
            </Link>
          ))}
        </nav>
        <div className="grow" />
        <a className="nav" href="/openapi/ui" target="_blank" rel="noreferrer">HTTP API</a>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} style={{ outline: 'none' }}>
        <div style={{ maxWidth: 1680, margin: '0 auto' }}><Outlet /></div>
      </AppShell.Main>
      <Palette opened={palette} onClose={closePalette} />
    </AppShell>
  );
}
