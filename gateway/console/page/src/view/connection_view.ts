import type { Client, State } from 'weir-client';
import { duration, toText } from '../model/format.js';
import { byId, setText } from './dom.js';

/** What the page says about its connection: a word for `data-state`, and a text. */
interface Shown {
  readonly name: 'connecting' | 'live' | 'reconnecting' | 'closed';
  readonly text: string;
}

/** Says whether the page is connected, and what it does about it if not. */
export class ConnectionView {
  private readonly pill = byId('connection');
  private readonly button = byId('connect-now', HTMLButtonElement);
  private readonly server = byId('server');
  private readonly roundTrip = byId('round-trip');
  private hasFailed = false;
  private retryAt = 0;

  constructor(private readonly client: Client) {
    client.on('state', (state) => this.onState(state));
    this.button.addEventListener('click', () => client.reconnect());
    this.onState(client.state);
  }

  /** Four times a second: counts down. */
  tick(): void {
    const { name, text } = this.shown(this.client.state);
    setText(this.pill, text);
    this.pill.dataset['state'] = name;
    document.body.dataset['state'] = name;
    this.button.hidden = name !== 'closed' && this.client.state.name !== 'waiting';
    const { roundTripMs } = this.client.statistics;
    setText(this.roundTrip, roundTripMs === undefined ? '' : `${toText(duration(roundTripMs))} round trip`);
  }

  private onState(state: State): void {
    if (state.name === 'waiting') {
      this.hasFailed = true;
      this.retryAt = performance.now() + state.retryInMs;
    }
    if (state.name === 'open') {
      this.hasFailed = false;
      setText(this.server, state.server);
    }
    this.tick();
  }

  private shown(state: State): Shown {
    switch (state.name) {
      case 'open':
        return { name: 'live', text: 'live' };
      case 'connecting':
        return this.hasFailed
          ? { name: 'reconnecting', text: 'reconnecting…' }
          : { name: 'connecting', text: 'connecting…' };
      case 'waiting': {
        const seconds = Math.ceil(Math.max(0, this.retryAt - performance.now()) / 1000);
        return { name: 'reconnecting', text: seconds > 0 ? `reconnecting in ${seconds} s` : 'reconnecting…' };
      }
      case 'paused':
        return { name: 'closed', text: 'disconnected' };
      case 'closed':
        return { name: 'closed', text: state.reason === '' ? `closed (${state.code})` : `closed: ${state.reason}` };
    }
  }
}
