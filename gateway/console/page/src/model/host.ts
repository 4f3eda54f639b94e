import type { Payload } from 'weir-client';
import { lastLevel, membersOf, numberIn } from './members.js';

const coresMax = 256;

/** What a topic under `host/` says; see adapters/host. */
export type HostNews =
  | { readonly what: 'cpu'; readonly percent: number; readonly cores: readonly number[] }
  | { readonly what: 'memory'; readonly usedBytes: number; readonly totalBytes: number }
  | { readonly what: 'load'; readonly averages: readonly number[] }
  | { readonly what: 'uptime'; readonly seconds: number }
  | { readonly what: 'rates'; readonly device: string; readonly inBytesPerS: number; readonly outBytesPerS: number };

/** Undefined for a topic that this page does not show, and for a payload of another shape. */
export function readHostNews(topic: string, data: Payload | undefined): HostNews | undefined {
  const members = membersOf(data);
  if (members === undefined) return undefined;
  const read = (key: string): number | undefined => numberIn(members, key);
  const [, kind] = topic.split('/');
  switch (kind) {
    case 'cpu': {
      const percent = read('percent');
      return percent === undefined ? undefined : { what: 'cpu', percent, cores: numbersOf(members['cores']) };
    }
    case 'memory': {
      const usedBytes = read('used_bytes');
      const totalBytes = read('total_bytes');
      if (usedBytes === undefined || totalBytes === undefined || totalBytes <= 0) return undefined;
      return { what: 'memory', usedBytes, totalBytes };
    }
    case 'load': {
      const averages = [read('one'), read('five'), read('fifteen')].filter((value) => value !== undefined);
      return averages.length === 3 ? { what: 'load', averages } : undefined;
    }
    case 'uptime': {
      const seconds = read('seconds');
      return seconds === undefined ? undefined : { what: 'uptime', seconds };
    }
    case 'network':
      return ratesOf(topic, read('rx_bytes_per_s'), read('tx_bytes_per_s'));
    case 'disk':
      return ratesOf(topic, read('read_bytes_per_s'), read('write_bytes_per_s'));
    default:
      return undefined;
  }
}

function ratesOf(topic: string, inBytesPerS: number | undefined, outBytesPerS: number | undefined): HostNews | undefined {
  if (inBytesPerS === undefined || outBytesPerS === undefined) return undefined;
  return { what: 'rates', device: lastLevel(topic).slice(0, 24), inBytesPerS, outBytesPerS };
}

function numbersOf(value: unknown): readonly number[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, coresMax).filter((core): core is number => typeof core === 'number' && Number.isFinite(core));
}
