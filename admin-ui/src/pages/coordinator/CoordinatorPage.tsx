import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../../api/queries';
import { ago, bytes, count, duration, time } from '../../lib/format';
import { Failure } from '../../ui/Failure';
import { EmptyRow, SkeletonRows } from '../../ui/Rows';
import { Stat } from '../../ui/Stat';

const SILENT_MS = 5_000;

/** The coordinators, as the leading one tells of them. */
export function CoordinatorPage() {
  const { data, error, refetch } = useQuery(overviewQuery);
  const quorum = data?.quorum;
  const now = data?.now_ms ?? 0;
  const heard = quorum?.members.filter((member) => member.silent_ms >= 0 && member.silent_ms <= SILENT_MS).length ?? 0;
  const majority = quorum ? Math.floor(quorum.members.length / 2) + 1 : 0;
  return (
    <>
      <div className="pagehead"><Title order={1}>Coordinator</Title></div>
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {data && !quorum && <Failure error={new Error(`No coordinator leads. ${data.quorum_error ?? ''}`)} retry={() => void refetch()}>
        <Text size="sm" c="dimmed">What is led goes on; no leader can be elected and nothing created until a majority of coordinators runs.</Text>
      </Failure>}
      {(!data || quorum) && (!error || data) && (
        <>
          <div className="stats">
            <Stat label="Leader" value={quorum && quorum.leader_id} note={quorum && `epoch ${count(quorum.epoch)}`} />
            <Stat label="Members heard" value={quorum && `${heard} of ${quorum.members.length}`} tone={quorum && heard < quorum.members.length ? (heard <= majority ? 'bad' : 'warn') : undefined}
              note={quorum && (heard - majority > 0 ? `${heard - majority} more may fail` : quorum.members.length === 1 ? 'alone: no failure is borne' : 'none more may fail')} />
            <Stat label="Committed index" value={quorum && count(quorum.committed_index)} note="on disk of a majority" />
            <Stat label="Metadata version" value={data && count(data.metadata_version)} note="as this gateway sees it" />
          </div>
          <div className="card scrollx" tabIndex={0} role="region" aria-label="Coordinators">
            <table className="table">
              <thead><tr><th>Coordinator</th><th>Role</th><th>Address</th><th className="num">Last index</th><th className="num">Behind</th><th className="num">Last heard</th><th className="num">Snapshot up to</th><th className="num">Taken</th><th className="num">Size</th></tr></thead>
              <tbody>
                {!quorum && <SkeletonRows columns={9} rows={3} />}
                {quorum?.members.map((member) => {
                  const leads = member.id === quorum.leader_id;
                  const behind = Math.max(0, quorum.committed_index - member.last_index);
                  const silent = !leads && (member.silent_ms < 0 || member.silent_ms > SILENT_MS);
                  return (
                    <tr key={member.id}>
                      <td><b>{member.id}</b></td>
                      <td>{leads ? <span className="tag good">leads</span> : silent ? <span className="tag bad">silent</span> : <span className="tag">follows</span>}</td>
                      <td className="mono" style={{ fontSize: 13 }}>{member.port > 0 ? `${member.host}:${member.port}` : 'in this process'}</td>
                      <td className="num mono">{member.last_index < 0 ? '–' : count(member.last_index)}</td>
                      <td className="num">{member.last_index < 0 ? '–' : behind > 1000 ? <b className="warn-text">{count(behind)}</b> : count(behind)}</td>
                      <td className="num">{leads ? 'itself' : member.silent_ms < 0 ? 'never' : member.silent_ms < 1000 ? `${member.silent_ms} ms ago` : `${duration(Math.round(member.silent_ms / 1000) * 1000)} ago`}</td>
                      <td className="num mono">{member.snapshot ? count(member.snapshot.index) : <span className="dim">{member.answers ? 'none yet' : 'no answer'}</span>}</td>
                      <td className="num">{member.snapshot && <span title={time(member.snapshot.taken_at_ms)}>{ago(member.snapshot.taken_at_ms, now)}</span>}</td>
                      <td className="num">{member.snapshot && bytes(member.snapshot.size_bytes)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          {quorum && (
            <>
              <Title order={2} size="md" mt="lg" mb="xs">Who has led</Title>
              <div className="card scrollx" tabIndex={0} role="region" aria-label="Who has led">
                <table className="table">
                  <thead><tr><th>Coordinator</th><th className="num">Epoch</th><th>Since</th><th className="num">For</th></tr></thead>
                  <tbody>
                    {quorum.leaders.length === 0 && <EmptyRow columns={4}>No coordinator remembers.</EmptyRow>}
                    {quorum.leaders.map((reign, i) => {
                      const until = quorum.leaders[i - 1]?.since_ms ?? now;
                      return (
                        <tr key={`${reign.epoch}-${reign.since_ms}`}>
                          <td><b>{reign.id}</b>{i === 0 && <span className="tag good" style={{ marginLeft: 8 }}>leads</span>}</td>
                          <td className="num mono">{count(reign.epoch)}</td>
                          <td className="mono" style={{ fontSize: 13 }}>{time(reign.since_ms).slice(0, 19)}</td>
                          <td className="num">{duration(Math.max(0, Math.round((until - reign.since_ms) / 1000) * 1000))}</td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </div>
              <Text size="xs" c="dimmed" mt={6}>As the coordinator remembers that has run longest: since it was started, the last 20 at most. A gap between two of them counts to the former.</Text>
            </>
          )}
        </>
      )}
    </>
  );
}
