const LEGAL = /^[a-zA-Z0-9._-]+$/;

/** What is wrong with a new topic's name; null where nothing is. The broker's rules, said earlier. */
export function topicNameProblem(name: string): string | null {
  if (name === '') return 'A topic needs a name.';
  if (name === '.' || name === '..') return "'.' and '..' cannot be names.";
  if (name.length > 249) return `At most 249 characters; this has ${name.length}.`;
  if (!LEGAL.test(name)) {
    const bad = [...name].find((character) => !LEGAL.test(character));
    return `Letters, digits, '.', '_' and '-' only; '${bad === ' ' ? 'space' : bad}' is not allowed.`;
  }
  return null;
}

/** A partition count that people choose for a cluster of so many nodes. */
export const sensiblePartitions = (nodes: number): number => Math.max(3, nodes * 2);

export const sensibleReplication = (nodes: number): number => Math.min(3, Math.max(1, nodes));
