import { useState, type ReactNode } from 'react';
import type { Json } from '../lib/lossless';

const SHOWN_AT_FIRST = 200;

/** JSON to open and close, numbers as they stand. */
export function JsonTree({ json }: { json: Json }) {
  return <div className="json"><Node json={json} depth={0} /></div>;
}

function Scalar({ json }: { json: Exclude<Json, { kind: 'object' | 'array' }> }) {
  if (json.kind === 'string') return <span className="s">{JSON.stringify(json.value)}</span>;
  return <span className={json.kind === 'number' ? 'n' : 'w'}>{json.text}</span>;
}

function Node({ json, depth, name }: { json: Json; depth: number; name?: ReactNode }) {
  const [all, setAll] = useState(false);
  const children = json.kind === 'object' ? json.members : json.kind === 'array' ? json.items.map((item, i) => [String(i), item] as const) : null;
  const [open, setOpen] = useState(depth < 3 && (children?.length ?? 0) <= 50);
  if (!children || (json.kind !== 'object' && json.kind !== 'array')) {
    return <div>{name}<Scalar json={json as Exclude<Json, { kind: 'object' | 'array' }>} /></div>;
  }
  const [left, right] = json.kind === 'object' ? ['{', '}'] : ['[', ']'];
  if (children.length === 0) return <div>{name}{left}{right}</div>;
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{name}<span className="dim">{left} {children.length} {right}</span></summary>
      {open && (
        <div>
          {(all ? children : children.slice(0, SHOWN_AT_FIRST)).map(([key, value], i) => (
            <Node key={i} json={value} depth={depth + 1} name={<><span className={json.kind === 'object' ? 'k' : 'dim'}>{key}</span>: </>} />
          ))}
          {!all && children.length > SHOWN_AT_FIRST && <button type="button" onClick={() => setAll(true)}>{children.length - SHOWN_AT_FIRST} more</button>}
        </div>
      )}
    </details>
  );
}
