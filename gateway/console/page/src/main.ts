import { connect, type Delivery } from 'weir-client';
import { AgeMeter } from './model/age_meter.js';
import { readChatLine } from './model/chat_line.js';
import { readHostNews } from './model/host.js';
import { lastLevel } from './model/members.js';
import { readQuote } from './model/quote.js';
import { ChatView } from './view/chat_view.js';
import { ConnectionView } from './view/connection_view.js';
import { byId, setText } from './view/dom.js';
import { HostView } from './view/host_view.js';
import { QuotesView } from './view/quotes_view.js';
import { Traffic } from './traffic.js';

const ageWindowMs = 3000;
const pingEveryMs = 5000;
const tickMs = 250;

const address = new URL('ws', location.href);
address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
address.search = address.hash = '';
setText(byId('command'), `weir sub ${address.href} 'quotes/#'`);

const client = connect(address.href);
const ages = new AgeMeter(ageWindowMs);
const quotesView = new QuotesView();
const hostView = new HostView();
const chatView = new ChatView((line) => client.publish('chat/lobby', { from: line.from, text: line.text }));
const connectionView = new ConnectionView(client);

function noteAge(delivery: Delivery): void {
  const ageMs = client.ageMs(delivery);
  if (ageMs !== undefined && !delivery.isSnapshot) ages.add(performance.now(), ageMs); // state may be as old as it likes
}

const live = { delivery: 'latest', timestamps: true, counts: true } as const;

const quotes = client.subscribe('quotes/+', live, (delivery) => {
  const { topic, data, isDeleted } = delivery;
  noteAge(delivery);
  traffic.onQuote();
  if (isDeleted) return quotesView.remove(lastLevel(topic));
  const quote = readQuote(topic, data);
  if (quote !== undefined) quotesView.update(quote);
});
const traffic = new Traffic(client, quotes, ages, () => quotesView.symbolCount);

client.subscribe('host/#', live, (delivery) => {
  const { topic, data, isDeleted } = delivery;
  noteAge(delivery);
  if (isDeleted) return hostView.remove(topic);
  const news = readHostNews(topic, data);
  if (news !== undefined) hostView.update(topic, news);
});

client.subscribe('chat/lobby', { delivery: 'all', history: 30, timestamps: true }, {
  delivery: ({ data, timeMs }) => {
    if (data !== undefined) chatView.add(readChatLine(data), timeMs);
  },
  gap: ({ lost }) => chatView.addGap(lost),
});

setInterval(() => void client.ping().catch(() => undefined), pingEveryMs); // no connection: the page says so already
setInterval(() => {
  connectionView.tick();
  traffic.tick(performance.now());
}, tickMs);
