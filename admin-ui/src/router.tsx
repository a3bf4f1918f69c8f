import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { NotFound } from './pages/NotFound';
import { Shell } from './shell/Shell';
import { PageError } from './ui/Failure';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
const yes = (value: unknown): true | undefined => (value === true || value === 'true' ? true : undefined);

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });

const health = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/health/HealthPage'), 'HealthPage'),
});

export interface TopicsSearch {
  q?: string | undefined;
  sort?: string | undefined;
  only?: 'favourites' | 'unwell' | undefined;
  internal?: true | undefined;
  create?: true | undefined;
}

const topics = createRoute({
  getParentRoute: () => root,
  path: '/topics',
  validateSearch: (search: Record<string, unknown>): TopicsSearch => ({
    q: text(search.q),
    sort: text(search.sort),
    only: search.only === 'favourites' || search.only === 'unwell' ? search.only : undefined,
    internal: yes(search.internal),
    create: yes(search.create),
  }),
  component: lazyRouteComponent(() => import('./pages/topics/TopicsPage'), 'TopicsPage'),
});

export interface MessagesSearch {
  key?: string | undefined;
  value?: string | undefined;
  header?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  partitions?: string | undefined;
  live?: true | undefined;
  open?: string | undefined;
}

const topic = createRoute({
  getParentRoute: () => root,
  path: '/topics/$topic',
  component: lazyRouteComponent(() => import('./pages/topic/TopicPage'), 'TopicPage'),
});
const messages = createRoute({
  getParentRoute: () => topic,
  path: '/',
  validateSearch: (search: Record<string, unknown>): MessagesSearch => ({
    key: text(search.key),
    value: text(search.value),
    header: text(search.header),
    since: text(search.since),
    until: text(search.until),
    partitions: text(search.partitions),
    live: yes(search.live),
    open: text(search.open),
  }),
  component: lazyRouteComponent(() => import('./pages/messages/MessagesPage'), 'MessagesPage'),
});
const partitions = createRoute({
  getParentRoute: () => topic,
  path: '/partitions',
  component: lazyRouteComponent(() => import('./pages/topic/PartitionsTab'), 'PartitionsTab'),
});
const topicGroups = createRoute({
  getParentRoute: () => topic,
  path: '/groups',
  component: lazyRouteComponent(() => import('./pages/topic/GroupsTab'), 'GroupsTab'),
});
const config = createRoute({
  getParentRoute: () => topic,
  path: '/config',
  component: lazyRouteComponent(() => import('./pages/topic/ConfigTab'), 'ConfigTab'),
});
const metrics = createRoute({
  getParentRoute: () => topic,
  path: '/metrics',
  component: lazyRouteComponent(() => import('./pages/topic/MetricsTab'), 'MetricsTab'),
});

const groups = createRoute({
  getParentRoute: () => root,
  path: '/groups',
  validateSearch: (search: Record<string, unknown>): { q?: string | undefined; state?: string | undefined } => ({
    q: text(search.q),
    state: text(search.state),
  }),
  component: lazyRouteComponent(() => import('./pages/groups/GroupsPage'), 'GroupsPage'),
});
const group = createRoute({
  getParentRoute: () => root,
  path: '/groups/$group',
  validateSearch: (search: Record<string, unknown>): { reset?: true | undefined; topic?: string | undefined } => ({
    reset: yes(search.reset),
    topic: text(search.topic),
  }),
  component: lazyRouteComponent(() => import('./pages/groups/GroupPage'), 'GroupPage'),
});
const nodes = createRoute({
  getParentRoute: () => root,
  path: '/nodes',
  validateSearch: (search: Record<string, unknown>): { move?: true | undefined } => ({ move: yes(search.move) }),
  component: lazyRouteComponent(() => import('./pages/nodes/NodesPage'), 'NodesPage'),
});
const coordinator = createRoute({
  getParentRoute: () => root,
  path: '/coordinator',
  component: lazyRouteComponent(() => import('./pages/coordinator/CoordinatorPage'), 'CoordinatorPage'),
});
const capacity = createRoute({
  getParentRoute: () => root,
  path: '/capacity',
  component: lazyRouteComponent(() => import('./pages/capacity/CapacityPage'), 'CapacityPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    health,
    topics,
    topic.addChildren([messages, partitions, topicGroups, config, metrics]),
    groups,
    group,
    nodes,
    coordinator,
    capacity,
  ]),
  basepath: '/ui',
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
