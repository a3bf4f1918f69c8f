import { describe, expect, it } from 'vitest';
import type { LogDirs, NodeInfo, Overview, UnwellPartition } from '../api/types';
import { causes } from './health';

const node = (id: number, change: Partial<NodeInfo> = {}): NodeInfo => ({
  id, rack: null, fenced: false, draining: false, log_dirs: 1, leaders: 2, preferred_leaders: 2, replicas: 6, out_of_sync: 0, listeners: [], ...change,
});
const member = (id: string, change = {}) => ({ id, host: 'h', port: 1, last_index: 100, silent_ms: 10, ...change });
const overview = (change: Partial<Overview> = {}): Overview => ({
  cluster_id: 'c', metadata_version: 1, now_ms: 0, topics: 2, partitions: 6, reassigning: 0, not_preferred_leader: 0, without_leader: 0, under_min_isr: 0,
  under_replicated: 0, well: 6, unwell_partitions: [], nodes: [node(1), node(2), node(3)],
  quorum: { leader_id: '1', epoch: 1, committed_index: 100, members: [member('1'), member('2'), member('3')] }, ...change,
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
    const found = causes(overview({ quorum: { leader_id: '1', epoch: 1, committed_index: 100, members } }), []);
    expect(found[0]).toMatchObject({ id: 'coordinator-3', severity: 'bad' });
    expect(found[0]!.title).toContain('9 s');
    const five = [...members, member('4'), member('5')];
    expect(causes(overview({ quorum: { leader_id: '1', epoch: 1, committed_index: 100, members: five } }), [])[0]).toMatchObject({ severity: 'warn' });
  });

  it('says that nobody leads, with the reason', () => {
    expect(causes(overview({ quorum: null, quorum_error: 'none answered' }), [])[0]).toMatchObject({ id: 'no-coordinator', severity: 'bad' });
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
