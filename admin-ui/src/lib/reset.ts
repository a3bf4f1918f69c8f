import type { ResetOrder } from '../api/queries';
import { timeOf } from './filter';

export type Strategy = ResetOrder['strategy'];

export interface Choice {
  strategy: Strategy;
  topics: readonly string[];
  /** Of `time` and `shift`, as typed. */
  text: string;
  /** Of `offset`: `topic/partition` to offset, as typed. */
  offsets: Readonly<Record<string, string>>;
}

/** The request for a choice. Throws a SyntaxError that says what is missing. */
export function orderOf(choice: Choice, now: number): ResetOrder {
  if (choice.topics.length === 0) throw new SyntaxError('Choose at least one topic.');
  const topics = [...choice.topics];
  switch (choice.strategy) {
    case 'earliest':
    case 'latest':
      return { strategy: choice.strategy, topics };
    case 'shift': {
      if (!/^[+-]?\d+$/.test(choice.text.trim())) throw new SyntaxError('By how many records? -100 goes back, 100 forward.');
      return { strategy: 'shift', value: Number(choice.text), topics };
    }
    case 'time':
      if (choice.text.trim() === '') throw new SyntaxError('From when on?');
      return { strategy: 'time', value: timeOf(choice.text, now), topics };
    case 'offset': {
      const partitions = Object.entries(choice.offsets)
        .filter(([place, text]) => text.trim() !== '' && topics.includes(place.slice(0, place.lastIndexOf('/'))))
        .map(([place, text]) => {
          if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(Number(text))) throw new SyntaxError(`'${text}' is no offset, of ${place.replace('/', ', partition ')}.`);
          const split = place.lastIndexOf('/');
          return { topic_name: place.slice(0, split), partition_id: Number(place.slice(split + 1)), offset: Number(text) };
        });
      if (partitions.length === 0) throw new SyntaxError('Give at least one offset.');
      return { strategy: 'offset', partitions };
    }
  }
}
