// The newest values of some topics, by the protocol itself (protocol/native/SPEC.md): no bundler and no client library.
const rowsMax = 200;
const retryMsMax = 10_000;
const topics = document.getElementById('topics');
const connection = document.getElementById('connection');
const rows = new Map();
let failures = 0;

function show(state, text) {
  connection.dataset.state = state;
  connection.textContent = text;
}

function addRow(topic) {
  const row = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = topic;
  row.append(name, document.createElement('td'), document.createElement('td'));
  const next = [...rows.keys()].filter((other) => other > topic).sort()[0];
  topics.insertBefore(row, next === undefined ? null : rows.get(next).row);
  rows.set(topic, { row, updates: 0 });
}

function update(topic, value) {
  if (!rows.has(topic) && rows.size < rowsMax) addRow(topic);
  const entry = rows.get(topic);
  if (entry === undefined) return;
  entry.row.cells[1].textContent = value === undefined ? '' : JSON.stringify(value);
  entry.row.cells[2].textContent = String(++entry.updates);
}

function connect() {
  const address = new URL('ws', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, 'weir.v1.json');
  const names = new Map(); // topics by the number that stands for them on this connection
  let lastId = 0;
  let timer;
  const ask = (request) => socket.send(JSON.stringify({ id: ++lastId, ...request }));
  socket.onopen = () => {
    failures = 0;
    show('live', 'live');
    ask({ op: 'connect', heartbeat_ms: 15_000 });
    for (const filter of ['host/#', 'quotes/+']) ask({ op: 'subscribe', filter, delivery: 'latest', max_rate: 5 });
    timer = setInterval(() => ask({ op: 'ping' }), 10_000); // a silent client is taken for dead
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.op === 'topic') names.set(message.t, message.topic);
    else if (message.op === undefined && names.has(message.t)) update(names.get(message.t), message.d);
  };
  socket.onclose = () => {
    clearInterval(timer);
    show('reconnecting', 'reconnecting…');
    setTimeout(connect, Math.random() * Math.min(retryMsMax, 500 * 2 ** failures++));
  };
}

connect();
