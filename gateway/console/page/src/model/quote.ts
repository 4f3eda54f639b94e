import type { Payload } from 'weir-client';
import { lastLevel, membersOf, numberIn } from './members.js';

/** One quote as it was published; what is missing there is missing here. */
export interface Quote {
  readonly symbol: string;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly last: number | undefined;
  /** Since the start of the day. */
  readonly change: number | undefined;
  readonly volume: number | undefined;
  readonly isSimulated: boolean;
}

/** Undefined where the payload is no object. */
export function readQuote(topic: string, data: Payload | undefined): Quote | undefined {
  const members = membersOf(data);
  if (members === undefined) return undefined;
  return {
    symbol: lastLevel(topic).slice(0, 24),
    bid: numberIn(members, 'bid'),
    ask: numberIn(members, 'ask'),
    last: numberIn(members, 'last'),
    change: numberIn(members, 'change'),
    volume: numberIn(members, 'volume'),
    isSimulated: members['simulated'] === true,
  };
}

/** Which way a price went: 1 up, -1 down, 0 where it is the same or cannot be compared. */
export function trend(before: number | undefined, now: number | undefined): -1 | 0 | 1 {
  if (before === undefined || now === undefined || before === now) return 0;
  return now > before ? 1 : -1;
}
