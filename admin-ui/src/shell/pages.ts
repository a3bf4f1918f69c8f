import {
  IconActivityHeartbeat, IconCalculator, IconCrown, IconServer2, IconTopologyStar3, IconUsersGroup,
} from '@tabler/icons-react';

export const PAGES = [
  { to: '/', label: 'Health', keys: 'g h', icon: IconActivityHeartbeat },
  { to: '/topics', label: 'Topics', keys: 'g t', icon: IconTopologyStar3 },
  { to: '/groups', label: 'Groups', keys: 'g g', icon: IconUsersGroup },
  { to: '/nodes', label: 'Nodes', keys: 'g n', icon: IconServer2 },
  { to: '/coordinator', label: 'Coordinator', keys: 'g c', icon: IconCrown },
  { to: '/capacity', label: 'Capacity planner', keys: 'g p', icon: IconCalculator },
] as const;
