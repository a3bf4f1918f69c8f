import type { LogDirs, Overview, UnwellPartition } from '../api/types';
import { bytes, count, duration, plural } from './format';

export type Severity = 'bad' | 'warn' | 'info';

/** Something that is wrong: what, with figures; why it matters; and what mends it. */
export interface Cause {
  id: string;
  severity: Severity;
  title: string;
  why: string;
  advice: string;
  action?: { label: string; to: '/nodes' | '/coordinator' | '/topics' | '/groups'; kind?: 'elect' | 'move' | 'unwell' | undefined };
  partitions?: UnwellPartition[];
}

export interface GroupLag {
  group: string;
  state: string;
  totalLag: number;
  maxLag: number;
  maxLagTopic: string;
}

const SILENT_MS = 5_000;
const BEHIND_ENTRIES = 1_000;
const NEARLY_FULL = 0.85;
const FULL = 0.95;
const FAR_BEHIND_RECORDS = 10_000;
const VERY_SLOW_SYNC_MS = 1_000;
const WRONG_CLOCK_MS = 2_000;
const VERY_WRONG_CLOCK_MS = 60_000;

const named = (partitions: readonly { topic: string; partition: number }[], total: number): string => {
  const names = partitions.slice(0, 3).map((each) => `${each.topic}-${each.partition}`);
  return total > names.length ? `${names.join(', ')} and ${count(total - names.length)} more` : names.join(', ');
};

const ids = (nodes: readonly number[]): string => {
  if (nodes.length === 0) return '';
  return nodes.length === 1 ? `node ${nodes[0]}` : `nodes ${nodes.join(', ')}`;
};

/** Which nodes, that are away or emptied, explain that partitions lack replicas in sync. */
function blamed(partitions: readonly UnwellPartition[], away: ReadonlySet<number>): number[] {
  const missing = new Set<number>();
  for (const each of partitions) {
    for (const replica of each.replicas) if (!each.isr.includes(replica) && away.has(replica)) missing.add(replica);
    if (each.leader < 0) each.isr.concat(each.elr).forEach((id) => { if (away.has(id)) missing.add(id); });
  }
  return [...missing].sort((a, b) => a - b);
}

/** The slowest sync of each living node that has slow ones, in ms. */
function slowNodes(overview: Overview): Map<number, number> {
  const slow = new Map<number, number>();
  for (const node of overview.nodes) {
    const worst = Math.max(0, ...(node.vitals?.slow_log_dirs ?? []).map((directory) => directory.sync_ms));
    if (!node.fenced && worst > 0) slow.set(node.id, worst);
  }
  return slow;
}

/** Why partitions lack replicas, where slow disks explain it; empty where they do not. */
function slowness(partitions: readonly UnwellPartition[], slow: ReadonlyMap<number, number>): string {
  return blamed(partitions, new Set(slow.keys()))
    .map((id) => `node ${id}’s syncs take ${syncTime(slow.get(id) ?? 0)}`)
    .join(' and ');
}

const syncTime = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

function partitionCauses(overview: Overview, away: ReadonlySet<number>): Cause[] {
  const of = (condition: UnwellPartition['condition']): UnwellPartition[] =>
    overview.unwell_partitions.filter((each) => each.condition === condition);
  const slow = slowNodes(overview);
  const found: Cause[] = [];
  const dead = of('without_leader');
  if (overview.without_leader > 0) {
    const lost = dead.filter((each) => each.isr.length === 0 && each.elr.length === 0);
    const because = blamed(dead, away);
    found.push({
      id: 'without-leader',
      severity: 'bad',
      title: `${plural(overview.without_leader, 'partition')} without a leader: ${named(dead, overview.without_leader)}`,
      why: because.length > 0
        ? `Neither read nor written, because ${ids(because)}, which has every record, is away.`
        : lost.length > 0
          ? 'Neither read nor written: no replica is known to have every record.'
          : 'Neither read nor written until a replica that has every record is back.',
      advice: because.length > 0
        ? `Start ${ids(because)}.`
        : lost.length > 0
          ? 'Bring the lost disk back and restart its node. Only if it is gone for good, elect a leader uncleanly: what was on it is lost.'
          : 'Start the nodes that hold their replicas.',
      action: { label: 'Nodes', to: '/nodes' },
      partitions: dead,
    });
  }
  const below = of('under_min_isr');
  if (overview.under_min_isr > 0) {
    const because = blamed(below, away);
    const slowly = because.length === 0 ? slowness(below, slow) : '';
    const first = below[0];
    found.push({
      id: 'under-min-isr',
      severity: 'bad',
      title: `${plural(overview.under_min_isr, 'partition')} below min.insync.replicas: ${named(below, overview.under_min_isr)}`,
      why: `Writes with acks=all are refused${first ? ` (${first.topic}-${first.partition} has ${first.isr.length} of ${first.min_isr} needed)` : ''}${because.length > 0 ? `, because ${ids(because)} ${because.length === 1 ? 'is' : 'are'} away` : slowly ? `, because ${slowly}` : ''}.`,
      advice: because.length > 0 ? `Start ${ids(because)}, or move these replicas to living nodes.` : slowly ? 'Look at that disk, or move these replicas to other nodes.' : 'Look at the disk and the network of the replicas that fell behind.',
      action: { label: because.length > 0 || slowly ? 'Move replicas' : 'Nodes', to: '/nodes', kind: because.length > 0 || slowly ? 'move' : undefined },
      partitions: below,
    });
  }
  const under = of('under_replicated');
  if (overview.under_replicated > 0) {
    const because = blamed(under, away);
    const slowly = slowness(under, slow);
    found.push({
      id: 'under-replicated',
      severity: 'warn',
      title: `${plural(overview.under_replicated, 'partition')} with fewer replicas in sync than assigned: ${named(under, overview.under_replicated)}`,
      why: because.length > 0
        ? `${ids(because)[0]!.toUpperCase()}${ids(because).slice(1)} ${because.length === 1 ? 'is' : 'are'} away. Reads and writes go on; another loss may stop some.`
        : `A replica is behind its leader${slowly ? `: ${slowly}` : ''}. Reads and writes go on.`,
      advice: because.length > 0 ? `Start ${ids(because)}; replicas catch up by themselves.` : 'Replicas catch up by themselves; if the number does not fall, look at that node’s disk.',
      action: { label: 'Show topics', to: '/topics', kind: 'unwell' },
      partitions: under,
    });
  }
  return found;
}

const topics = (names: readonly string[], total: number): string =>
  total > names.length && names.length > 0 ? `${names.join(', ')} and ${count(total - names.length)} more` : names.join(', ');

/** What is gone with one node although there are several. */
function redundancyCauses(overview: Overview): Cause[] {
  const found: Cause[] = [];
  const { redundancy, nodes } = overview;
  if (nodes.length < 2) return found;
  if (redundancy.default_replication_factor === 1) {
    found.push({
      id: 'default-without-redundancy',
      severity: 'warn',
      title: 'New topics get one replica unless they say otherwise',
      why: `There are ${nodes.length} nodes, and what is in such a topic is gone with one of them.`,
      advice: `Set default.replication.factor of all nodes to ${Math.min(3, nodes.length)}.`,
      action: { label: 'Nodes', to: '/nodes' },
    });
  }
  if (redundancy.single_replica_topics > 0) {
    found.push({
      id: 'single-replica',
      severity: 'warn',
      title: `${plural(redundancy.single_replica_topics, 'topic')} with one replica: ${topics(redundancy.single_replica_names, redundancy.single_replica_topics)}`,
      why: 'What is in them is away while one node is, and lost with its disk.',
      advice: 'Give them more replicas by a reassignment, if what they hold is worth it.',
      action: { label: 'Topics', to: '/topics' },
    });
  }
  if (redundancy.min_isr_above_replicas_topics > 0) {
    found.push({
      id: 'min-isr-above-replicas',
      severity: 'warn',
      title: `${plural(redundancy.min_isr_above_replicas_topics, 'topic')} with min.insync.replicas above the number of replicas: ${topics(redundancy.min_isr_above_replicas_names, redundancy.min_isr_above_replicas_topics)}`,
      why: 'Writes with acks=all are refused while any one of their replicas is away.',
      advice: 'Lower min.insync.replicas, or add replicas.',
      action: { label: 'Topics', to: '/topics' },
    });
  }
  return found;
}

function nodeCauses(overview: Overview): Cause[] {
  const found: Cause[] = [];
  for (const node of overview.nodes) {
    if (node.fenced) {
      found.push({
        id: `fenced-${node.id}`,
        severity: node.replicas > 0 ? 'bad' : 'warn',
        title: `Node ${node.id} is away`,
        why: `The coordinator has no sign of life from it. It leads nothing; ${plural(node.replicas, 'replica')} on it ${node.replicas === 1 ? 'does' : 'do'} not count.`,
        advice: node.replicas > 0 ? 'Start it. If it is gone for good, move its replicas to others, then forget it.' : 'Start it, or forget it: it holds nothing.',
        action: { label: 'Nodes', to: '/nodes' },
      });
    } else if (node.draining) {
      found.push({
        id: `draining-${node.id}`,
        severity: 'info',
        title: `Node ${node.id} is draining`,
        why: `It still leads ${plural(node.leaders, 'partition')} and is given nothing.`,
        advice: 'Expected while it is maintained; take the drain back afterwards.',
        action: { label: 'Nodes', to: '/nodes' },
      });
    }
  }
  const living = overview.nodes.filter((node) => !node.fenced && !node.draining);
  if (living.length > 1 && overview.not_preferred_leader > 0 && overview.reassigning === 0) {
    found.push({
      id: 'not-preferred',
      severity: overview.not_preferred_leader > overview.partitions / 3 ? 'warn' : 'info',
      title: `${plural(overview.not_preferred_leader, 'partition')} led by another node than the preferred one`,
      why: `Leadership is uneven: ${living.map((node) => `node ${node.id} leads ${count(node.leaders)}`).join(', ')}.`,
      advice: 'Elect the preferred leaders; clients follow at once.',
      action: { label: 'Elect preferred leaders', to: '/nodes', kind: 'elect' },
    });
  }
  return found;
}

/** What living nodes say of themselves: slow syncs, damage. */
function vitalCauses(overview: Overview): Cause[] {
  const found: Cause[] = [];
  for (const node of overview.nodes) {
    const vitals = node.vitals;
    if (!vitals || node.fenced) continue;
    for (const directory of vitals.slow_log_dirs) {
      found.push({
        id: `slow-${node.id}-${directory.path}`,
        severity: directory.sync_ms >= VERY_SLOW_SYNC_MS ? 'bad' : 'warn',
        title: `Node ${node.id}: a sync to disk takes ${syncTime(directory.sync_ms)} in ${directory.path}`,
        why: `Each write waits for it: of ${plural(node.leaders, 'partition')} that it leads, and of ${plural(node.replicas, 'replica')} that others wait for while they are in sync.`,
        advice: 'Look at what else uses that disk, and at its errors. Drain the node so that others lead, or move its replicas.',
        action: { label: 'Nodes', to: '/nodes' },
      });
    }
    if (vitals.damaged_partitions > 0) {
      found.push({
        id: `damaged-${node.id}`,
        severity: 'bad',
        title: `Node ${node.id}: ${plural(vitals.damaged_partitions, 'partition')} damaged on disk${vitals.damaged.length > 0 ? `: ${named(vitals.damaged, vitals.damaged_partitions)}` : ''}`,
        why: `Bytes that were safe there have changed. They are never served; what another replica holds is fetched and put back${vitals.mended_places > 0 ? ` (${plural(vitals.mended_places, 'place')} so far)` : ''}.`,
        advice: 'It mends itself where another replica is in sync: start nodes that are away. If the number does not fall, no replica has these records. Check the disk.',
        action: { label: 'Nodes', to: '/nodes' },
      });
    } else if (vitals.mended_places > 0) {
      found.push({
        id: `mended-${node.id}`,
        severity: 'info',
        title: `Node ${node.id}: ${plural(vitals.mended_places, 'damaged place')} put back from other replicas`,
        why: 'No record is lost, but its disk has changed bytes since the node was started.',
        advice: 'Check that disk, and replace it if this number grows.',
        action: { label: 'Nodes', to: '/nodes' },
      });
    }
  }
  return found;
}

/** Clocks that differ from most others: of nodes, as they say; of the leading coordinator, which compares them. */
function clockCauses(overview: Overview): Cause[] {
  const known = overview.nodes.flatMap((node) => (node.vitals && !node.fenced ? [{ name: `node ${node.id}`, ahead: node.vitals.clock_ahead_ms }] : []));
  if (known.length === 0) return [];
  const all = [...known, { name: `the coordinator that leads (${overview.quorum?.leader_id ?? 'unknown'})`, ahead: 0 }];
  const sorted = all.map((each) => each.ahead).sort((a, b) => a - b);
  // Of two that differ nobody knows which is right: the coordinator's decides.
  const usual = all.length === 2 ? 0 : sorted[Math.floor((sorted.length - 1) / 2)]!;
  return all
    .map((each) => ({ ...each, off: each.ahead - usual }))
    .filter((each) => Math.abs(each.off) >= WRONG_CLOCK_MS)
    .map((each) => ({
      id: `clock-${each.name}`,
      severity: Math.abs(each.off) >= VERY_WRONG_CLOCK_MS ? ('bad' as const) : ('warn' as const),
      title: `The clock of ${each.name} is ${duration(Math.round(Math.abs(each.off) / 1_000) * 1_000)} ${each.off > 0 ? 'ahead' : 'behind'}`,
      why: 'Timestamps that it gives, look-ups by time and retention by age are off by as much; leaders and acknowledgements do not depend on clocks.',
      advice: 'Set it right, and let NTP or chrony keep it so.',
      action: { label: each.name.startsWith('node') ? 'Nodes' : 'Coordinator', to: each.name.startsWith('node') ? ('/nodes' as const) : ('/coordinator' as const) },
    }));
}

function quorumCauses(overview: Overview): Cause[] {
  const quorum = overview.quorum;
  if (!quorum) {
    return [{
      id: 'no-coordinator',
      severity: 'bad',
      title: 'No coordinator leads',
      why: `No leader can be elected and nothing created or changed; what is led goes on.${overview.quorum_error ? ` ${overview.quorum_error}.` : ''}`,
      advice: 'Start coordinators until a majority runs.',
      action: { label: 'Coordinator', to: '/coordinator' },
    }];
  }
  const found: Cause[] = [];
  for (const member of quorum.members) {
    const behind = quorum.committed_index - member.last_index;
    if (member.silent_ms > SILENT_MS || (member.silent_ms < 0 && member.id !== quorum.leader_id)) {
      const running = quorum.members.filter((each) => each.id === quorum.leader_id || (each.silent_ms >= 0 && each.silent_ms <= SILENT_MS)).length;
      const spare = running - (Math.floor(quorum.members.length / 2) + 1);
      found.push({
        id: `coordinator-${member.id}`,
        severity: spare <= 0 ? 'bad' : 'warn',
        title: `Coordinator ${member.id} ${member.silent_ms < 0 ? 'has not been heard' : `has been silent for ${duration(Math.round(member.silent_ms / 1000) * 1000)}`}`,
        why: `${running} of ${quorum.members.length} coordinators run; ${spare <= 0 ? 'the loss of another one stops every change' : `${spare === 1 ? 'one more loss' : `${spare} more losses`} can be borne`}.`,
        advice: `Start coordinator ${member.id}.`,
        action: { label: 'Coordinator', to: '/coordinator' },
      });
    } else if (behind > BEHIND_ENTRIES) {
      found.push({
        id: `coordinator-behind-${member.id}`,
        severity: 'warn',
        title: `Coordinator ${member.id} is ${count(behind)} entries behind`,
        why: 'It cannot lead before it has caught up.',
        advice: 'Look at its disk and its network.',
        action: { label: 'Coordinator', to: '/coordinator' },
      });
    }
  }
  return found;
}

export function diskCauses(disks: readonly LogDirs[]): Cause[] {
  const found: Cause[] = [];
  for (const disk of disks) {
    for (const directory of disk.log_dirs) {
      if (!directory.online) {
        found.push({
          id: `disk-${disk.broker_id}-${directory.path}`,
          severity: 'bad',
          title: `Node ${disk.broker_id}: log directory ${directory.path} has failed`,
          why: 'It is offline; replicas on it do not count until it is back.',
          advice: 'Replace or mount the disk, then restart the node; its replicas are fetched anew.',
          action: { label: 'Nodes', to: '/nodes' },
        });
        continue;
      }
      if (directory.total_bytes <= 0) continue;
      const used = 1 - directory.usable_bytes / directory.total_bytes;
      if (used >= NEARLY_FULL) {
        found.push({
          id: `full-${disk.broker_id}-${directory.path}`,
          severity: used >= FULL ? 'bad' : 'warn',
          title: `Node ${disk.broker_id}: the disk of ${directory.path} is ${Math.floor(used * 100)} % full`,
          why: `${bytes(directory.usable_bytes)} of ${bytes(directory.total_bytes)} are left; Tidemark’s own logs take ${bytes(directory.size_bytes)}. A full disk takes no writes.`,
          advice: 'Shorten the retention of the largest topics, move replicas away, or add disk.',
          action: { label: 'Nodes', to: '/nodes' },
        });
      }
    }
  }
  return found;
}

export function lagCauses(groups: readonly GroupLag[]): Cause[] {
  return groups
    .filter((group) => group.totalLag >= FAR_BEHIND_RECORDS)
    .sort((a, b) => b.totalLag - a.totalLag)
    .slice(0, 5)
    .map((group) => ({
      id: `lag-${group.group}`,
      severity: 'warn' as const,
      title: `Group ${group.group} is ${count(group.totalLag)} records behind`,
      why: `${/empty/i.test(group.state) ? 'Nobody is in it, so that it does not move' : 'Its members read slower than is written'}; the furthest partition, of ${group.maxLagTopic || 'one topic'}, is ${count(group.maxLag)} behind.`,
      advice: /empty/i.test(group.state) ? 'Start its consumers, reset its offsets, or delete it.' : 'Add members up to the number of partitions, or look at what slows them.',
      action: { label: 'Groups', to: '/groups' as const },
    }));
}

const RANK: Record<Severity, number> = { bad: 0, warn: 1, info: 2 };

/** Those that are more than a hint. */
export const serious = (found: readonly Cause[]): Cause[] => found.filter((cause) => cause.severity !== 'info');

/** What is wrong, the worst first; causes before their consequences. */
export function causes(overview: Overview, disks: readonly LogDirs[], groups: readonly GroupLag[] = []): Cause[] {
  const away = new Set(overview.nodes.filter((node) => node.fenced).map((node) => node.id));
  const moving: Cause[] = overview.reassigning > 0
    ? [{
        id: 'reassigning', severity: 'info', title: `${plural(overview.reassigning, 'partition')} on the move`,
        why: 'Replicas are being copied; reads and writes go on.', advice: 'Watch the progress, or cancel.',
        action: { label: 'Progress', to: '/nodes' },
      }]
    : [];
  const all = [
    ...quorumCauses(overview), ...nodeCauses(overview), ...diskCauses(disks), ...vitalCauses(overview), ...partitionCauses(overview, away), ...redundancyCauses(overview), ...clockCauses(overview), ...lagCauses(groups), ...moving,
  ];
  return all.map((cause, index) => ({ cause, index }))
    .sort((a, b) => RANK[a.cause.severity] - RANK[b.cause.severity] || a.index - b.index)
    .map(({ cause }) => cause);
}
