import { bytes, bytesPerSecond, percent, toText, uptime } from '../model/format.js';
import { History } from '../model/history.js';
import type { HostNews } from '../model/host.js';
import { lastLevel } from '../model/members.js';
import { beforePaint, byId, inside, make, setText } from './dom.js';
import { TraceView } from './trace_view.js';

const devicesMax = 24;
const traceCount = 60;

type News<What extends HostNews['what']> = HostNews & { readonly what: What };

/** The machine that the gateway runs on: CPU by core, memory, load, network and disks. */
export class HostView {
  private readonly cores = byId('cores');
  private readonly devices = byId('devices');
  private readonly rows = new Map<string, HTMLTableRowElement>();
  private readonly cpuTrace = new TraceView(traceCount);
  private readonly cpuHistory = new History(traceCount);
  private pending = new Map<string, HostNews>();
  private readonly paintSoon = beforePaint(() => this.paint());

  constructor() {
    byId('cpu-trace').append(this.cpuTrace.element);
  }

  update(topic: string, news: HostNews): void {
    if (news.what === 'cpu') this.cpuHistory.push(news.percent);
    this.pending.set(topic, news);
    this.paintSoon();
  }

  /** A device that is gone. */
  remove(topic: string): void {
    this.pending.delete(topic);
    const device = lastLevel(topic);
    this.rows.get(device)?.remove();
    this.rows.delete(device);
  }

  private paint(): void {
    const pending = this.pending;
    this.pending = new Map();
    for (const news of pending.values()) this.show(news);
  }

  private show(news: HostNews): void {
    switch (news.what) {
      case 'cpu':
        return this.showCpu(news);
      case 'memory': {
        const share = news.usedBytes / news.totalBytes;
        setText(byId('memory-percent'), percent(share * 100));
        setText(byId('memory-text'), `${toText(bytes(news.usedBytes))} of ${toText(bytes(news.totalBytes))}`);
        setBar(inside(byId('memory-meter'), 'i'), share);
        return;
      }
      case 'load':
        return setText(byId('load'), news.averages.map((average) => average.toFixed(2)).join('  '));
      case 'uptime':
        return setText(byId('uptime'), `up ${uptime(news.seconds)}`);
      case 'rates':
        return this.showRates(news);
    }
  }

  private showCpu(news: News<'cpu'>): void {
    setText(byId('cpu-percent'), percent(news.percent));
    this.cpuTrace.draw(this.cpuHistory.values, { low: 0, high: 100 });
    while (this.cores.childElementCount > news.cores.length) this.cores.lastElementChild!.remove();
    while (this.cores.childElementCount < news.cores.length) {
      this.cores.append(make('li', {}, make('span', { className: 'unseen' }), make('i')));
    }
    news.cores.forEach((load, core) => {
      const item = this.cores.children[core]!;
      setText(inside(item, 'span'), `core ${core}: ${percent(load)}`);
      (item as HTMLElement).title = `core ${core}: ${percent(load)}`;
      inside(item, 'i').style.transform = `scaleY(${Math.min(1, Math.max(0.02, load / 100)).toFixed(3)})`;
    });
  }

  private showRates({ device, inBytesPerS, outBytesPerS }: News<'rates'>): void {
    const row = this.rows.get(device) ?? this.addDevice(device);
    if (row === undefined) return;
    setText(row.cells[1]!, toText(bytesPerSecond(inBytesPerS)));
    setText(row.cells[2]!, toText(bytesPerSecond(outBytesPerS)));
  }

  private addDevice(device: string): HTMLTableRowElement | undefined {
    if (this.rows.size >= devicesMax) return undefined;
    const name = make('th', { text: device });
    name.scope = 'row';
    const row = make('tr', {}, name, make('td', { className: 'number' }), make('td', { className: 'number' }));
    const next = [...this.rows.keys()].filter((other) => other > device).sort()[0];
    this.devices.insertBefore(row, next === undefined ? null : this.rows.get(next)!);
    this.rows.set(device, row);
    return row;
  }
}

function setBar(bar: HTMLElement, share: number): void {
  bar.style.transform = `scaleX(${Math.min(1, Math.max(0, share)).toFixed(3)})`;
}
