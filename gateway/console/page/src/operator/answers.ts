// What the admin port answers; deploy/docs/ADMIN.md says what each member means. Page and port are of one program.

export interface SessionAnswer {
  readonly session: string;
  readonly subscriptions: number;
  readonly cells: number;
  readonly delivered_messages: number;
  readonly delivered_bytes: number;
  readonly conflated: number;
  readonly lost: number;
  readonly throttled_s: number;
  readonly behind: { readonly cells: number; readonly ms: number };
  readonly round_trip_ms: number | null;
  readonly window_used: number;
  readonly limits: { readonly bytes_per_s: number; readonly messages_per_s: number; readonly window_bytes: number };
  readonly ceilings: { readonly bytes_per_s: number };
}

export interface TopicAnswer {
  readonly topic: string;
  readonly kind: string;
  readonly epoch: string;
  readonly offset: number;
  readonly ring_entries: number;
  readonly retained_bytes: number;
  readonly stale: boolean;
}

export interface AdapterAnswer {
  readonly adapter: string;
  readonly type: string;
  readonly state: string;
  readonly reason: string;
  /** What it counts by itself, by name. */
  readonly events: Readonly<Record<string, number>>;
  /** What clients want of its topics: the first hundred. */
  readonly wanted: { readonly filters: readonly string[]; readonly total: number };
}

/** How many of each list the page shows. */
export const rowsMax = 100;

/** The port has answered that it will not, and why. */
export class Refusal extends Error {}

/** Nobody waits for an answer for longer than the gateway waits for its shards. */
const patienceMs = 5000;

async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  return fetch(path, { ...options, signal: AbortSignal.timeout(patienceMs) });
}

async function get<Answer>(path: string): Promise<Answer> {
  const response = await ask(path);
  if (!response.ok) throw new Refusal((await response.text()).trim());
  return (await response.json()) as Answer;
}

export function getSessions(): Promise<{ readonly sessions: readonly SessionAnswer[]; readonly total: number }> {
  return get(`admin/sessions?sort=behind&limit=${rowsMax}`);
}

export function getTopics(filter: string): Promise<{ readonly topics: readonly TopicAnswer[]; readonly total: number }> {
  return get(`admin/topics?filter=${encodeURIComponent(filter)}`);
}

export function getAdapters(): Promise<{ readonly adapters: readonly AdapterAnswer[] }> {
  return get('admin/adapters');
}

/** Undefined: clients may come; else why not. */
export async function getObstacles(): Promise<string | undefined> {
  const response = await ask('readyz');
  return response.ok ? undefined : (await response.text()).trim();
}

/** Gives a session a ceiling; 0: none. */
export async function setCeiling(session: string, bytesPerS: number): Promise<void> {
  const response = await ask(`admin/sessions/${encodeURIComponent(session)}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ bytes_per_s: bytesPerS }),
  });
  if (!response.ok) throw new Refusal((await response.text()).trim());
}
