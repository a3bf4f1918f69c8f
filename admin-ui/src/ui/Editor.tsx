import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderOf } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { nonce } from '../lib/nonce';

const LOOK = EditorView.theme({
  '&': { fontSize: '13px', border: '1px solid var(--line-strong)', borderRadius: '8px', background: 'var(--surface)', color: 'var(--mantine-color-text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', minHeight: '130px', caretColor: 'var(--mantine-color-text)' },
  '.cm-scroller': { maxHeight: '34vh', overflow: 'auto' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-key)' },
  { tag: tags.string, color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-word)' },
]);

interface Props {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (text: string) => void;
}

/** A text with JSON's colours. Tab goes on to the next field, as in every form. */
export function Editor({ label, value, placeholder = '', onChange }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    const made = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(), indentOnInput(), bracketMatching(), json(), syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping, EditorView.cspNonce.of(nonce),
          keymap.of([...defaultKeymap, ...historyKeymap]), placeholderOf(placeholder), EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => { if (update.docChanged) changed.current(update.state.doc.toString()); }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // The editor owns its text from here on; a text from outside is put in below.
  }, [label, placeholder]);
  useEffect(() => {
    const now = view.current;
    if (now && now.state.doc.toString() !== value) now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={place} />;
}
