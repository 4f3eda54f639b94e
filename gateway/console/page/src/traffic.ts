import type { Client, Subscription } from 'weir-client';
import type { AgeMeter } from './model/age_meter.js';
import { bytes, bytesPerSecond, count, dash, duration, perSecond, toText } from './model/format.js';
import { RateMeter } from './model/rate_meter.js';
import { byteSteps, messageSteps, rateSteps } from './model/steps.js';
import { byId, setText } from './view/dom.js';
import { LimitView } from './view/limit_view.js';
import { StatView } from './view/stat_view.js';

/** Short, so that the rates follow the sliders within a second. */
const windowMs = 1000;
const recordEveryTicks = 2;

/** What this page receives, measured here, and the limits that it asks the gateway to hold it to. */
export class Traffic {
  private readonly meters = {
    bytes: new RateMeter(windowMs),
    messages: new RateMeter(windowMs),
    quotes: new RateMeter(windowMs),
    conflated: new RateMeter(windowMs),
  };
  private readonly stats = {
    messages: new StatView('stat-messages', 5),
    bytes: new StatView('stat-bytes', 500),
    age: new StatView('stat-age', 5),
    conflated: new StatView('stat-conflated', 5),
    gaps: new StatView('stat-gaps', 1),
  };
  private readonly limits: { readonly bytes: LimitView; readonly messages: LimitView; readonly rate: LimitView };
  private quoteCount = 0;
  private ticks = 0;

  constructor(
    private readonly client: Client,
    quotes: Subscription,
    private readonly ages: AgeMeter,
    private readonly symbolCount: () => number,
  ) {
    const note = byId('limit-note');
    const onProblem = (text: string): void => setText(byId('limit-problem'), text);
    const onChange = (): void => this.restart(performance.now());
    this.limits = {
      bytes: new LimitView({
        name: 'bytes',
        steps: byteSteps,
        toText: (rate) => toText(bytesPerSecond(rate)),
        ask: async (bytesPerSecond) => (await client.limit({ bytesPerSecond })).bytesPerSecond,
        onChange,
        onProblem,
      }),
      messages: new LimitView({
        name: 'messages',
        steps: messageSteps,
        toText: (rate) => toText(perSecond(rate)),
        ask: async (messagesPerSecond) => (await client.limit({ messagesPerSecond })).messagesPerSecond,
        onChange,
        onProblem,
      }),
      rate: new LimitView({
        name: 'rate',
        steps: rateSteps,
        toText: (rate) => toText(perSecond(rate)),
        ask: (maxRate) => quotes.limit({ maxRate }),
        onChange,
        onProblem,
      }),
    };
    client.on('limits', ({ bytesPerSecond, messagesPerSecond, windowBytes, isByOperator }) => {
      setText(byId('window'), `window of ${toText(bytes(windowBytes))}, sized by this page`);
      setText(note, isByOperator ? 'The operator of the gateway has changed the limits of this page.' : '');
      this.limits.bytes.showInForce(bytesPerSecond);
      this.limits.messages.showInForce(messagesPerSecond);
    });
  }

  onQuote(): void {
    this.quoteCount++;
  }

  /** Four times a second. */
  tick(nowMs: number): void {
    const { statistics } = this.client;
    for (const [meter, total] of this.totals()) meter.sample(nowMs, total);
    this.showRates();
    this.showAge(nowMs);
    const { gaps, lost } = statistics;
    this.stats.gaps.show({ value: count(gaps), unit: '' }, gaps === 0 ? 'nothing lost' : `${count(lost)} entries lost`);
    this.ticks++;
  }

  private restart(nowMs: number): void {
    for (const [meter, total] of this.totals()) meter.restart(nowMs, total);
  }

  private totals(): readonly (readonly [RateMeter, number])[] {
    const { bytes, deliveries, conflated } = this.client.statistics;
    const { meters } = this;
    return [
      [meters.bytes, bytes],
      [meters.messages, deliveries],
      [meters.quotes, this.quoteCount],
      [meters.conflated, conflated],
    ];
  }

  private showRates(): void {
    const { statistics, state } = this.client;
    const isRecorded = this.ticks % recordEveryTicks === 0;
    const rates = {
      bytes: this.meters.bytes.perSecond(),
      messages: this.meters.messages.perSecond(),
      conflated: this.meters.conflated.perSecond(),
    };
    this.stats.bytes.show(bytesPerSecond(rates.bytes), `${toText(bytes(statistics.bytes))} so far`);
    this.stats.messages.show(perSecond(rates.messages), `${count(statistics.deliveries)} so far`);
    this.stats.conflated.show(perSecond(rates.conflated), `${count(statistics.conflated)} so far`);
    if (isRecorded) {
      this.stats.bytes.record(rates.bytes, this.limits.bytes.limitInForce);
      this.stats.messages.record(rates.messages, this.limits.messages.limitInForce);
      this.stats.conflated.record(rates.conflated);
    }
    const isLive = state.name === 'open';
    const symbols = this.symbolCount();
    this.limits.bytes.showMeasured(isLive ? rates.bytes : undefined);
    this.limits.messages.showMeasured(isLive ? rates.messages : undefined);
    this.limits.rate.showMeasured(isLive && symbols > 0 ? this.meters.quotes.perSecond() / symbols : undefined);
  }

  private showAge(nowMs: number): void {
    const age = this.ages.summary(nowMs);
    if (age === undefined) return this.stats.age.show({ value: dash, unit: '' }, 'nothing new');
    this.stats.age.show(duration(age.medianMs), `at most ${toText(duration(age.maxMs))}`);
    if (this.ticks % recordEveryTicks === 0) this.stats.age.record(age.medianMs);
  }
}
