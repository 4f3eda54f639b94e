import type { Payload } from 'weir-client';
import { membersOf, textIn } from './members.js';

/** One line of the chat. */
export interface ChatLine {
  readonly from: string;
  readonly text: string;
}

const textMax = 280;
const nameMax = 24;

/** What somebody published: from this page `{from, text}`; a bare text or anything else from elsewhere. */
export function readChatLine(data: Payload): ChatLine {
  const members = membersOf(data);
  const text = members === undefined ? undefined : textIn(members, 'text', textMax);
  if (members !== undefined && text !== undefined) return { from: textIn(members, 'from', nameMax) ?? 'someone', text };
  if (data instanceof Uint8Array) return { from: 'someone', text: `${data.length} bytes` };
  return { from: 'someone', text: (typeof data === 'string' ? data : JSON.stringify(data)).slice(0, textMax) };
}
