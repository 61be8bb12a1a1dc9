// The page of `npm start`. It shows what /state sends, and sends what the switches and buttons say.

const byId = id => document.getElementById(id);

/** An element with a text or children. What comes from a service is never read as HTML. */
function element(name, {text, ...attributes} = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const ACTIONS = {
  running: ['kill', 'freeze', 'restart'],
  frozen: ['resume', 'kill', 'restart'],
  starting: ['kill'],
  down: ['restart'],
};

function describe(part) {
  const {state, measures} = part;
  if (state !== 'running') return [state, 'bad'];
  if (!part.isService) return ['running', 'good'];
  if (!measures) return ['gives no answer', 'bad'];
  const failing = Object.entries(measures.failing).map(([check, reason]) => `${check}: ${reason}`);
  return measures.isReady ? ['ready', 'good'] : [`not ready, ${failing.join('; ')}`, 'bad'];
}

function rowsOf({measures, lastError}) {
  if (!measures) return [];
  const {requestsPerSecond, p99Ms, inFlight, memoryMib, breaker, cacheHits} = measures;
  return [
    ['requests/s', requestsPerSecond.toFixed(1)],
    ['p99', p99Ms === undefined ? '-' : `at most ${p99Ms} ms`],
    ['in flight', inFlight],
    ['memory', `${memoryMib.toFixed(0)} MiB`],
    ...(breaker === undefined
      ? []
      : [
          ['circuit breaker', breaker],
          ['cache hits', cacheHits],
        ]),
    ...(lastError ? [['last error', lastError]] : []),
  ];
}

/** orders, the way to users, users; then the databases in the same order. */
function showSystem({parts, way}) {
  const reversed = parts.toReversed();
  const cards = reversed.filter(({isService}) => isService).map(cardOf);
  if (way) {
    const mood = way.state === 'open' ? 'good' : 'bad';
    const actions = ['open', 'slow', 'cut'].filter(action => action !== way.state).map(action => [action, way.name]);
    cards.splice(1, 0, card(way.name, way.state, mood, [], actions));
  }
  const databases = reversed.filter(({isService}) => !isService).map(cardOf);
  keepingFocus(byId('system'), [...cards, ...databases]);
}

function cardOf(part) {
  const [words, mood] = describe(part);
  const rows = rowsOf(part).flatMap(([name, value]) => [element('dt', {text: name}), element('dd', {text: value})]);
  const actions = ACTIONS[part.state].map(action => [action, part.name]);
  return card(part.name, words, mood, rows, actions);
}

function card(title, words, mood, rows, actions) {
  const heading = element('h3', {}, element('span', {text: title}), element('span', {text: words, class: mood}));
  const buttons = actions.map(([action, name]) =>
    element('button', {
      type: 'button',
      text: action,
      'data-name': name,
      'data-action': action,
      'aria-label': `${action} ${name}`,
    }),
  );
  return element(
    'article',
    {class: 'card'},
    heading,
    element('dl', {}, ...rows),
    element('div', {class: 'row'}, ...buttons),
  );
}

/** Replaces the children, and gives the focus to the button that had it. */
function keepingFocus(parent, children) {
  const label = parent.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : undefined;
  parent.replaceChildren(...children);
  if (label) parent.querySelector(`[aria-label="${label}"]`)?.focus();
}

const MARKS = {kept: ['✓ kept', 'good'], broken: ['✗ broken', 'bad'], unknown: ['…', 'muted']};

function showPromises({promises, isTrickling}) {
  const items = promises.map(({name, text, verdict, seen}) => {
    const [mark, mood] = MARKS[verdict];
    return element(
      'li',
      {'data-promise': name, 'data-verdict': verdict},
      element('span', {text: mark, class: mood}),
      element('span', {text}),
      element('span', {text: seen, class: 'seen'}),
    );
  });
  byId('promises').replaceChildren(...items);
  byId('traffic').setAttribute('aria-pressed', String(isTrickling));
  byId('traffic').textContent = isTrickling ? 'Stop the trickle' : 'Start the trickle';
}

function show(state) {
  byId('connection').textContent = 'connected to npm start';
  showSystem(state);
  showPromises(state);
}

function connect() {
  const events = new EventSource('/state');
  events.addEventListener('message', ({data}) => show(JSON.parse(data)));
  events.addEventListener(
    'error',
    () => (byId('connection').textContent = 'npm start does not answer, trying again …'),
  );
}

byId('system').addEventListener('click', ({target}) => {
  const {name, action} = target.dataset;
  if (action) void send('/switch', {name, action}).then(show, tell);
});

byId('traffic').addEventListener('click', ({target}) => {
  const action = target.getAttribute('aria-pressed') === 'true' ? 'stop' : 'start';
  void send('/switch', {name: 'trickle', action}).then(show, tell);
});

const tell = error => (byId('note').textContent = error.message);

byId('buttons').addEventListener('click', ({target}) => {
  const {try: button} = target.dataset;
  if (button) void send('/try', {button}).then(showExchange, tell);
});

const pretty = text => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

function showExchange({exchange, note}) {
  const {curl, status, headers, body, ms, traceId} = exchange;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  byId('note').textContent = [note, `${status || 'no answer'} after ${ms.toFixed(0)} ms`].filter(Boolean).join(' · ');
  byId('exchange').textContent = [`$ ${curl}`, '', status, ...lines, '', pretty(body)].join('\n');
  if (traceId) void showTrace(traceId);
}

const POLLS = 12;

/** Spans are exported once a second, so the trace is read until nothing new comes. */
async function showTrace(traceId) {
  let spans = [];
  for (let poll = 0, quiet = 0; poll < POLLS && quiet < 3; poll += 1) {
    await new Promise(resolve => setTimeout(resolve, 500));
    const trace = await (await fetch(`/traces/${traceId}`)).json();
    quiet = trace.spans.length > 0 && trace.spans.length === spans.length ? quiet + 1 : 0;
    spans = trace.spans;
    if (spans.length > 0) drawTrace(traceId, trace);
  }
}

const SVG = 'http://www.w3.org/2000/svg';

function bar(from, width) {
  const svg = document.createElementNS(SVG, 'svg');
  const rect = document.createElementNS(SVG, 'rect');
  svg.setAttribute('viewBox', '0 0 100 10');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  for (const [name, value] of Object.entries({x: from, y: 1, width: Math.max(width, 0.5), height: 8}))
    rect.setAttribute(name, value);
  svg.append(rect);
  return svg;
}

/** The trace that is drawn. */
let shown;

byId('copy').addEventListener('click', () => void navigator.clipboard.writeText(JSON.stringify(shown, null, 2)));

function drawTrace(traceId, {spans, lines}) {
  const ordered = depthFirst(spans);
  const start = Math.min(...spans.map(span => span.start));
  const total = Math.max(...spans.map(span => span.end)) - start || 1;
  byId('trace-about').textContent = `${spans.length} spans, ${total.toFixed(1)} ms, trace ${traceId}`;
  const rows = ordered.map(({span, depth}) => {
    const ms = span.end - span.start;
    const details = Object.entries(span.attributes).map(([name, value]) => `${name}=${value}`);
    return element(
      'div',
      {class: `span ${span.service}`, title: details.join('\n')},
      element('span', {class: 'name', text: `${' '.repeat(2 * depth)}${span.service}: ${span.name}`}),
      bar(((span.start - start) / total) * 100, (ms / total) * 100),
      element('span', {class: 'ms', text: `${ms.toFixed(1)} ms`}),
    );
  });
  const log = lines.map(line => `${line.time.slice(11, -1)} ${line.service} ${line.level} ${wordsOf(line)}`);
  byId('trace').replaceChildren(
    ...rows,
    element('pre', {text: log.join('\n'), tabindex: '0', 'aria-label': 'Its log lines'}),
  );
  byId('copy').hidden = false;
  shown = {spans, lines};
}

const wordsOf = ({msg, method, route, status, ms}) =>
  msg === 'request' ? `${method} ${route} ${status} ${ms} ms` : msg;

/** Each span behind its parent, with its depth. */
function depthFirst(spans) {
  const ids = new Set(spans.map(({spanId}) => spanId));
  const walk = (parentId, depth) =>
    spans
      .filter(span => (ids.has(span.parentId) ? span.parentId : '') === parentId)
      .toSorted((one, other) => one.start - other.start)
      .flatMap(span => [{span, depth}, ...walk(span.spanId, depth + 1)]);
  return walk('', 0);
}

connect();
