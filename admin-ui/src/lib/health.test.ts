import { describe, expect, it } from 'vitest';
import type { LogDirs, NodeInfo, Overview, UnwellPartition } from '../api/types';
import { causes } from './health';

const vitals = (change: Partial<NonNullable<NodeInfo['vitals']>> = {}): NonNullable<NodeInfo['vitals']> => ({
  heard_ms_ago: 40, clock_ahead_ms: -1, slow_log_dirs: [], damaged_partitions: 0, damaged: [], mended_places: 0, ...change,
});
const node = (id: number, change: Partial<NodeInfo> = {}): NodeInfo => ({
  id, rack: null, fenced: false, draining: false, log_dirs: 1, leaders: 2, preferred_leaders: 2, replicas: 6, out_of_sync: 0, listeners: [], vitals: vitals(), ...change,
});
const member = (id: string, change = {}) => ({ id, host: 'h', port: 1, last_index: 100, silent_ms: 10, answers: true, snapshot: null, ...change });
const redundancy = (change: Partial<Overview['redundancy']> = {}): Overview['redundancy'] => ({
  default_replication_factor: 3, single_replica_topics: 0, single_replica_names: [], min_isr_above_replicas_topics: 0, min_isr_above_replicas_names: [], ...change,
});
const overview = (change: Partial<Overview> = {}): Overview => ({
  cluster_id: 'c', metadata_version: 1, now_ms: 0, topics: 2, partitions: 6, reassigning: 0, not_preferred_leader: 0, without_leader: 0, under_min_isr: 0,
  under_replicated: 0, well: 6, redundancy: redundancy(), unwell_partitions: [], nodes: [node(1), node(2), node(3)],
  quorum: { leader_id: '1', epoch: 1, committed_index: 100, members: [member('1'), member('2'), member('3')], leaders: [] }, ...change,
});
const partition = (change: Partial<UnwellPartition>): UnwellPartition => ({
  topic: 'orders', partition: 3, condition: 'under_replicated', leader: 1, min_isr: 2, replicas: [1, 2, 3], isr: [1, 3], elr: [], ...change,
});
const disk = (usable: number, online = true): LogDirs => ({
  broker_id: 2, log_dirs: [{ path: '/data', online, total_bytes: 1_000, usable_bytes: usable, size_bytes: 10, replicas: 1, topics: [] }],
});

describe('health', () => {
  it('is quiet where nothing is wrong', () => {
    expect(causes(overview(), [disk(900)])).toEqual([]);
  });

  it('warns of what is gone with one node of several', () => {
    const poor = redundancy({
      default_replication_factor: 1, single_replica_topics: 4, single_replica_names: ['a', 'b', 'c'], min_isr_above_replicas_topics: 1, min_isr_above_replicas_names: ['d'],
    });
    const found = causes(overview({ redundancy: poor }), []);
    expect(found.map((cause) => cause.id)).toEqual(['default-without-redundancy', 'single-replica', 'min-isr-above-replicas']);
    expect(found[1]!.title).toBe('4 topics with one replica: a, b, c and 1 more');
    expect(found[0]!.advice).toContain('to 3');
    expect(causes(overview({ redundancy: poor, nodes: [node(1)] }), [])).toEqual([]);
  });

  it('names the node that is away as the cause, before what follows from it', () => {
    const found = causes(overview({ nodes: [node(1), node(2, { fenced: true }), node(3)], under_replicated: 1, unwell_partitions: [partition({})] }), []);
    expect(found.map((cause) => cause.id)).toEqual(['fenced-2', 'under-replicated']);
    expect(found[1]!.title).toContain('orders-3');
    expect(found[1]!.why).toContain('Node 2 is away');
  });

  it('puts what stops writes above what only lacks a copy', () => {
    const found = causes(overview({
      under_replicated: 1, under_min_isr: 1,
      unwell_partitions: [partition({}), partition({ partition: 4, condition: 'under_min_isr', isr: [1] })],
    }), []);
    expect(found[0]).toMatchObject({ id: 'under-min-isr', severity: 'bad' });
    expect(found[0]!.why).toContain('orders-4 has 1 of 2 needed');
    expect(found[1]).toMatchObject({ id: 'under-replicated', severity: 'warn' });
  });

  it('says which node brings a partition without a leader back', () => {
    const found = causes(overview({
      nodes: [node(1), node(2, { fenced: true }), node(3)], without_leader: 1,
      unwell_partitions: [partition({ condition: 'without_leader', leader: -1, isr: [2] })],
    }), []);
    const dead = found.find((cause) => cause.id === 'without-leader')!;
    expect(dead.why).toContain('node 2');
    expect(dead.advice).toBe('Start node 2.');
  });

  it('warns of a loss only where nobody is known to have the records', () => {
    const found = causes(overview({ without_leader: 1, unwell_partitions: [partition({ condition: 'without_leader', leader: -1, isr: [] })] }), []);
    expect(found[0]!.advice).toContain('elect a leader uncleanly');
  });

  it('counts how many coordinators may still be lost', () => {
    const members = [member('1'), member('2'), member('3', { silent_ms: 9_000 })];
    const found = causes(overview({ quorum: { leader_id: '1', epoch: 1, committed_index: 100, members, leaders: [] } }), []);
    expect(found[0]).toMatchObject({ id: 'coordinator-3', severity: 'bad' });
    expect(found[0]!.title).toContain('9 s');
    const five = [...members, member('4'), member('5')];
    expect(causes(overview({ quorum: { leader_id: '1', epoch: 1, committed_index: 100, members: five, leaders: [] } }), [])[0]).toMatchObject({ severity: 'warn' });
  });

  it('says that nobody leads, with the reason', () => {
    expect(causes(overview({ quorum: null, quorum_error: 'none answered' }), [])[0]).toMatchObject({ id: 'no-coordinator', severity: 'bad' });
  });

  it('names the disk whose syncs are slow, and blames it for replicas that miss', () => {
    const slow = node(2, { vitals: vitals({ slow_log_dirs: [{ path: '/data', sync_ms: 1_900 }] }) });
    const found = causes(overview({
      nodes: [node(1), slow, node(3)], under_min_isr: 1, unwell_partitions: [partition({ condition: 'under_min_isr', isr: [1] })],
    }), []);
    expect(found.map((cause) => cause.id)).toEqual(['slow-2-/data', 'under-min-isr']);
    expect(found[0]).toMatchObject({ severity: 'bad', title: 'Node 2: a sync to disk takes 1.9 s in /data' });
    expect(found[1]!.why).toContain('because node 2’s syncs take 1.9 s');
    expect(found[1]!.action).toMatchObject({ kind: 'move' });
    const mild = node(2, { vitals: vitals({ slow_log_dirs: [{ path: '/data', sync_ms: 250 }] }) });
    expect(causes(overview({ nodes: [node(1), mild, node(3)] }), [])[0]).toMatchObject({ severity: 'warn' });
  });

  it('believes nothing that a node said before it went away', () => {
    const gone = node(2, { fenced: true, replicas: 0, vitals: vitals({ clock_ahead_ms: 90_000, slow_log_dirs: [{ path: '/data', sync_ms: 1_900 }], damaged_partitions: 1 }) });
    expect(causes(overview({ nodes: [node(1), gone, node(3)] }), []).map((cause) => cause.id)).toEqual(['fenced-2']);
  });

  it('tells damage from what was put back', () => {
    const damaged = node(2, { vitals: vitals({ damaged_partitions: 7, damaged: [{ topic: 'orders', partition: 3 }], mended_places: 1 }) });
    const [cause] = causes(overview({ nodes: [node(1), damaged, node(3)] }), []);
    expect(cause).toMatchObject({ id: 'damaged-2', severity: 'bad', title: 'Node 2: 7 partitions damaged on disk: orders-3 and 6 more' });
    expect(cause!.why).toContain('1 place so far');
    const mended = node(2, { vitals: vitals({ mended_places: 2 }) });
    expect(causes(overview({ nodes: [node(1), mended, node(3)] }), [])[0]).toMatchObject({ id: 'mended-2', severity: 'info' });
  });

  it('names the clock that differs from most, the coordinator’s too', () => {
    const ahead = (id: number, ms: number) => node(id, { vitals: vitals({ clock_ahead_ms: ms }) });
    expect(causes(overview({ nodes: [node(1), ahead(2, 7_000), node(3)] }), [])[0]).toMatchObject({ severity: 'warn', title: 'The clock of node 2 is 7 s ahead' });
    expect(causes(overview({ nodes: [node(1), ahead(2, -90_000), node(3)] }), [])[0]).toMatchObject({ severity: 'bad', id: 'clock-node 2' });
    const all = causes(overview({ nodes: [ahead(1, 9_000), ahead(2, 9_010), ahead(3, 8_995)] }), []);
    expect(all).toHaveLength(1);
    expect(all[0]!.title).toBe('The clock of the coordinator that leads (1) is 9 s behind');
    expect(causes(overview({ nodes: [ahead(1, 3_000)] }), [])[0]!.title).toContain('node 1 is 3 s ahead');
    expect(causes(overview({ nodes: [node(1, { vitals: null })] }), [])).toEqual([]);
  });

  it('watches disks', () => {
    expect(causes(overview(), [disk(10)])[0]).toMatchObject({ severity: 'bad', title: 'Node 2: the disk of /data is 99 % full' });
    expect(causes(overview(), [disk(140)])[0]).toMatchObject({ severity: 'warn' });
    expect(causes(overview(), [disk(900, false)])[0]!.title).toContain('has failed');
  });

  it('watches groups, the furthest behind first', () => {
    const lag = (group: string, totalLag: number) => ({ group, state: 'STABLE', totalLag, maxLag: totalLag, maxLagTopic: 'orders' });
    expect(causes(overview(), [], [lag('a', 20_000), lag('b', 90_000), lag('c', 5)]).map((cause) => cause.id)).toEqual(['lag-b', 'lag-a']);
  });

  it('offers an election where leadership is uneven, not while replicas move', () => {
    expect(causes(overview({ not_preferred_leader: 3 }), [])[0]!.action).toMatchObject({ kind: 'elect' });
    expect(causes(overview({ not_preferred_leader: 3, reassigning: 1 }), []).map((cause) => cause.id)).toEqual(['reassigning']);
  });
});
