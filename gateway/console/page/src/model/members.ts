import type { Payload } from 'weir-client';

/** The members of a JSON object, not checked yet. */
export type Members = Readonly<Record<string, unknown>>;

/** Undefined where the payload is no object: anybody may have published it. */
export function membersOf(data: Payload | undefined): Members | undefined {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array);
  return isObject ? (data as Members) : undefined;
}

/** Undefined where the member is missing or no finite number. */
export function numberIn(members: Members, key: string): number | undefined {
  const value = members[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** At most `lengthMax` characters of a text; undefined where the member is missing or no text. */
export function textIn(members: Members, key: string, lengthMax: number): string | undefined {
  const value = members[key];
  return typeof value === 'string' ? value.slice(0, lengthMax) : undefined;
}

/** The last level of a topic. */
export function lastLevel(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}
