/* What happens now: one stream of events for the whole dashboard, over fetch() so that it can carry the token.
 *
 * It goes on after the last event that was seen, whatever broke in between. A page asks with `subscribe`, which answers the
 * function that ends it; `onState` hears "live", "connecting" or "off" as often as that changes.
 */
import {headers, token, tellSignedOut} from './api.js';

const FIRST_WAIT = 1000, LONGEST_WAIT = 30000;
const SILENCE = 45000; // the collector says something every 15 s

const subscribers = new Set();
const watchers = new Set();
let state = 'off', controller = null, lastId = null, wait = FIRST_WAIT, timer = 0, silence = 0;

function setState(value) {
  if (state === value) return;
  state = value;
  for (const run of watchers) run(state);
}

export function onState(run) {
  watchers.add(run);
  run(state);
}

function pattern(text) {
  return new RegExp(`^${text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}

/** Hear of events whose type matches one of these patterns ("drift-*"); null: of all. `run` gets the CloudEvent and its
 *  type without "driftline."; "gone" says that some were missed. */
export function subscribe(types, run) {
  const entry = {patterns: types === null ? null : [types].flat().map(pattern), run};
  subscribers.add(entry);
  return () => subscribers.delete(entry);
}

function tell(type, event) {
  for (const {patterns, run} of [...subscribers])
    if (type === 'gone' || patterns === null || patterns.some((p) => p.test(type))) run(event, type);
}

/* One block of the stream: lines up to an empty one. */
function take(block) {
  let type = 'message', data = [];
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    const name = at < 0 ? line : line.slice(0, at), value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (name === 'id') lastId = value;
    else if (name === 'event') type = value;
    else if (name === 'data') data.push(value);
  }
  if (data.length === 0) return;
  try {
    tell(type, JSON.parse(data.join('\n')));
  } catch (error) {
    console.warn('an event could not be shown', error);
  }
}

function listenForSilence() {
  clearTimeout(silence);
  silence = setTimeout(() => controller?.abort(), SILENCE);
}

async function read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    listenForSilence();
    const blocks = (rest + value).replace(/\r\n?/g, '\n').split('\n\n');
    rest = blocks.pop();
    blocks.forEach(take);
  }
}

async function connect() {
  controller = new AbortController();
  setState('connecting');
  listenForSilence();
  const answer = await fetch('/api/v1/events', {
    headers: headers({Accept: 'text/event-stream', ...(lastId === null ? {} : {'Last-Event-ID': lastId})}),
    credentials: 'omit', cache: 'no-store', redirect: 'error', signal: controller.signal,
  });
  if (answer.status === 401) {
    stop();
    tellSignedOut();
    return;
  }
  if (!answer.ok || !(answer.headers.get('Content-Type') ?? '').startsWith('text/event-stream'))
    throw new Error('no stream');
  wait = FIRST_WAIT;
  setState('live');
  await read(answer.body);
}

async function run() {
  timer = 0;
  try {
    await connect();
  } catch { /* the state says so, and it is tried again */ }
  clearTimeout(silence);
  if (controller === null) return;
  setState('connecting');
  timer = setTimeout(run, wait * (0.5 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

export function start() {
  if (controller === null && token() !== null) {
    controller = new AbortController();
    run();
  }
}

export function stop() {
  const old = controller;
  controller = null;
  clearTimeout(timer);
  clearTimeout(silence);
  old?.abort();
  setState('off');
}

/* Who comes back to the tab wants to see how things are, not how long one waits for the next try. */
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && controller !== null && timer !== 0) {
    clearTimeout(timer);
    wait = FIRST_WAIT;
    run();
  }
});
