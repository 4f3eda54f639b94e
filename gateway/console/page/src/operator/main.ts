// The operator's page on the admin port: looks at it once a second while somebody looks at the page.
import { bytes, bytesPerSecond, count, dash, duration, perSecond, toText } from '../model/format.js';
import { byteSteps } from '../model/steps.js';
import { byId, make, setText } from '../view/dom.js';
import {
  Refusal,
  getAdapters,
  getObstacles,
  getSessions,
  getTopics,
  rowsMax,
  setCeiling,
  type AdapterAnswer,
  type SessionAnswer,
  type TopicAnswer,
} from './answers.js';
import { Growth } from './growth.js';
import { TableView } from './table_view.js';

const everyMs = 1000;
const behindTooLongMs = 1000;

const growth = {
  bytes: new Growth(),
  messages: new Growth(),
  conflated: new Growth(),
  throttled: new Growth(),
  offsets: new Growth(),
};

function rateText(rate: number | undefined, text: (rate: number) => string): string {
  return rate === undefined ? dash : text(rate);
}

function limitText(limit: number, text: (limit: number) => string): string {
  return limit === 0 ? 'none' : text(limit);
}

const bytesText = (rate: number): string => toText(bytesPerSecond(rate));
const countText = (rate: number): string => toText(perSecond(rate));
const durationText = (ms: number): string => toText(duration(ms));

function problem(text: string): void {
  setText(byId('problem'), text);
}

/** What an operator may give a session as its ceiling. */
function ceilingControl({ session }: SessionAnswer): HTMLSelectElement {
  const limits = [0, ...Array.from({ length: byteSteps.positionMax }, (_, position) => byteSteps.limitAt(position))];
  const options = limits.map((limit) => {
    const option = make('option', { text: limitText(limit, bytesText) });
    option.value = String(limit);
    return option;
  });
  const control = make('select', {}, ...options);
  control.setAttribute('aria-label', `Ceiling of session ${session}`);
  control.addEventListener('change', () => {
    const wish = Number(control.value);
    control.blur();
    setCeiling(session, wish).then(
      () => problem(''),
      (reason: unknown) => problem(reason instanceof Error ? reason.message : String(reason)),
    );
  });
  return control;
}

const number = 'number';
const sessions = new TableView<SessionAnswer>(
  byId('sessions'),
  [
    { title: 'Session', className: 'name', text: ({ session }) => session },
    {
      title: 'Behind',
      className: number,
      text: ({ behind }) => (behind.cells === 0 ? dash : durationText(behind.ms)),
      isBad: ({ behind }) => behind.ms >= behindTooLongMs,
    },
    { title: 'in topics', className: number, text: ({ behind, cells }) => `${count(behind.cells)} of ${count(cells)}` },
    { title: 'Messages', className: number, text: ({ session }) => rateText(growth.messages.perSecond(session), countText) },
    { title: 'Bandwidth', className: number, text: ({ session }) => rateText(growth.bytes.perSecond(session), bytesText) },
    { title: 'Limit', className: number, text: ({ limits }) => limitText(limits.bytes_per_s, bytesText) },
    { title: 'Held back', className: number, text: ({ session }) => heldBack(growth.throttled.perSecond(session)) },
    { title: 'Merged', className: number, text: ({ session }) => rateText(growth.conflated.perSecond(session), countText) },
    { title: 'Lost', className: number, text: ({ lost }) => count(lost), isBad: ({ lost }) => lost > 0 },
    { title: 'Window', className: number, text: (session) => windowText(session) },
    { title: 'Round trip', className: number, text: ({ round_trip_ms: ms }) => (ms === null ? dash : durationText(ms)) },
    { title: 'Ceiling', control: ceilingControl, value: ({ ceilings }) => String(ceilings.bytes_per_s) },
  ],
  ({ session }) => session,
);

/** Of the time, how much a limit of its own holds a session back. */
function heldBack(secondsPerSecond: number | undefined): string {
  return secondsPerSecond === undefined ? dash : `${Math.min(100, secondsPerSecond * 100).toFixed(0)} %`;
}

function windowText({ window_used: used, limits }: SessionAnswer): string {
  return limits.window_bytes === 0 ? 'none' : `${toText(bytes(used))} of ${toText(bytes(limits.window_bytes))}`;
}

const topics = new TableView<TopicAnswer>(
  byId('topics'),
  [
    { title: 'Topic', className: 'name', text: ({ topic }) => topic },
    { title: 'Kind', text: ({ kind }) => kind },
    { title: 'Entries', className: number, text: (topic) => rateText(growth.offsets.perSecond(keyOf(topic)), countText) },
    { title: 'Offset', className: number, text: ({ offset }) => count(offset) },
    { title: 'Retained', className: number, text: ({ ring_entries: entries }) => count(entries) },
    { title: 'Memory', className: number, text: ({ retained_bytes: size }) => toText(bytes(size)) },
    { title: 'Source', text: ({ stale }) => (stale ? 'away' : ''), isBad: ({ stale }) => stale },
  ],
  ({ topic }) => topic,
);

/** Offsets of another life of a topic begin anew. */
function keyOf({ topic, epoch }: TopicAnswer): string {
  return `${topic} ${epoch}`;
}

const adapters = new TableView<AdapterAnswer>(
  byId('adapters'),
  [
    { title: 'Adapter', className: 'name', text: ({ adapter }) => adapter },
    { title: 'Type', text: ({ type }) => type },
    { title: 'State', text: ({ state }) => state, isBad: ({ state }) => state !== 'up' },
    { title: 'Reason', className: 'text', text: ({ reason }) => reason },
    { title: 'Wanted', className: 'text', text: ({ wanted }) => wantedText(wanted) },
    { title: 'Counts', className: 'text', text: ({ events }) => countsText(events) },
  ],
  ({ adapter }) => adapter,
);

const shownFilters = 3;

/** How many filters, and the first of them. */
function wantedText({ filters, total }: AdapterAnswer['wanted']): string {
  if (total === 0) return dash;
  const more = total > shownFilters ? ' …' : '';
  return `${count(total)}: ${filters.slice(0, shownFilters).join(', ')}${more}`;
}

function countsText(events: Readonly<Record<string, number>>): string {
  return Object.entries(events)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(', ');
}

function countOf(shown: number, total: number): string {
  return shown < total ? `${count(shown)} of ${count(total)}` : count(total);
}

async function showSessions(): Promise<void> {
  const { sessions: rows, total } = await getSessions();
  const now = performance.now();
  growth.bytes.look(now, rows.map((row) => [row.session, row.delivered_bytes]));
  growth.messages.look(now, rows.map((row) => [row.session, row.delivered_messages]));
  growth.conflated.look(now, rows.map((row) => [row.session, row.conflated]));
  growth.throttled.look(now, rows.map((row) => [row.session, row.throttled_s]));
  sessions.show(rows, 'Nobody is connected.');
  setText(byId('sessions-count'), countOf(rows.length, total));
}

async function showTopics(): Promise<void> {
  const filter = byId('filter', HTMLInputElement);
  const answer = await getTopics(filter.value).catch((reason: unknown) => {
    if (reason instanceof Refusal) return reason;
    throw reason;
  });
  filter.classList.toggle('bad', answer instanceof Refusal);
  if (answer instanceof Refusal) return setText(byId('topics-count'), answer.message);
  const { topics: all, total } = answer;
  growth.offsets.look(performance.now(), all.map((row) => [keyOf(row), row.offset]));
  const rows = all.slice(0, rowsMax);
  topics.show(rows, 'No topic matches.');
  setText(byId('topics-count'), countOf(rows.length, total));
}

async function showAdapters(): Promise<void> {
  const { adapters: rows } = await getAdapters();
  adapters.show(rows, 'No adapter is configured.');
}

async function showReady(): Promise<void> {
  const obstacles = await getObstacles();
  say(obstacles === undefined ? 'live' : 'closed', obstacles === undefined ? 'ready' : `not ready: ${obstacles}`);
}

function say(state: string, text: string): void {
  setText(byId('ready'), text);
  byId('ready').dataset['state'] = state;
  document.body.dataset['state'] = state === 'closed' ? 'live' : state;
}

async function look(): Promise<void> {
  if (!document.hidden) {
    try {
      await Promise.all([showReady(), showSessions(), showTopics(), showAdapters()]);
    } catch (reason) {
      say('reconnecting', reason instanceof Refusal ? reason.message : 'no answer');
    }
  }
  setTimeout(() => void look(), everyMs);
}

byId('filter-form').addEventListener('submit', (event) => event.preventDefault());
void look();
