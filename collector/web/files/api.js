/* Asking the collector. Every question carries the token of who is signed in; what goes wrong comes as an ApiError with the
 * message and the hint that the collector gave. A question that is aborted, because its page was left, rejects with
 * AbortError, which the router passes over in silence.
 */

const KEY = 'driftline.token';
const listeners = new Set(); // who wants to know that the token is not, or no more, good

export class ApiError extends Error {
  constructor(status, fields) {
    super(fields.message);
    this.status = status;
    this.code = fields.code ?? '';
    this.hint = fields.hint ?? '';
    this.item = fields.item ?? null; // the place, from 0, in a list that was sent
  }
}

/* A browser may forbid storage; then one is signed in until the page is loaded anew. */
let held = null;

function stored(storage) {
  try {
    return storage().getItem(KEY);
  } catch {
    return null;
  }
}

export function token() {
  return held ?? stored(() => sessionStorage) ?? stored(() => localStorage);
}

/** Keep a token: for this tab, or for this browser when `remember`. */
export function keepToken(value, remember) {
  forgetToken();
  held = value;
  try {
    (remember ? localStorage : sessionStorage).setItem(KEY, value);
  } catch { /* held is enough for now */ }
}

export function forgetToken() {
  held = null;
  try {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
  } catch { /* nothing was kept */ }
}

export function onSignedOut(run) {
  listeners.add(run);
}

/** Tell all that the token was refused. */
export function tellSignedOut() {
  for (const run of listeners) run();
}

/* ---- what the token may ---- */

const RIGHTS = ['read', 'gate', 'operate', 'admin']; // each has those before it
let learnt = {token: null, name: null, rights: null};

/** Ask once what the token may. When that fails all is taken to be allowed: the collector still refuses what is not. */
export async function learnRights() {
  const value = token();
  if (value === null || learnt.token === value) return;
  try {
    const {name, rights} = await request('GET', '/api/v1/token');
    learnt = {token: value, name, rights};
  } catch (error) {
    if (error.status === 401) throw error;
  }
}

/** Whether the token has this right. */
export function may(right) {
  return learnt.rights === null || learnt.token !== token() || RIGHTS.indexOf(learnt.rights) >= RIGHTS.indexOf(right);
}

/** {name, rights} of who is signed in; null: not known. */
export function whoAmI() {
  return learnt.token !== null && learnt.token === token() ? learnt : null;
}

/** "/api/v1/drift" and {state: ['open', 'waived'], limit: 10, to: null} as one address; a list becomes repeated values. */
export function address(path, query = {}) {
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one !== null && one !== undefined && one !== '') values.append(name, one);
  const text = values.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function headers(extra = {}) {
  const value = token();
  return value === null ? extra : {Authorization: `Bearer ${value}`, ...extra};
}

async function failure(answer) {
  let fields = null;
  try {
    fields = (await answer.json()).error;
  } catch { /* what is no JSON comes from something in between */ }
  return new ApiError(answer.status, fields ?? {
    message: `the answer has the status ${answer.status}`,
    hint: 'if there is a proxy in front of the collector, its log says more',
  });
}

async function exchange(path, options) {
  try {
    return await fetch(path, {credentials: 'omit', cache: 'no-store', redirect: 'error', ...options});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, {
      code: 'connect',
      message: 'the collector does not answer',
      hint: 'see whether it runs, and whether this machine reaches it; this page tries again when asked',
    });
  }
}

/** One question; answers the parsed JSON. */
export async function request(method, path, {query, body, signal, quiet} = {}) {
  const options = {method, signal, headers: headers(body === undefined ? {} : {'Content-Type': 'application/json'})};
  if (body !== undefined) options.body = JSON.stringify(body);
  const answer = await exchange(address(path, query), options);
  if (answer.ok) return answer.json();
  const error = await failure(answer);
  if (answer.status === 401 && !quiet) tellSignedOut();
  throw error;
}

export function get(path, query, signal) {
  return request('GET', path, {query, signal});
}

/** All pages of a list, at most `most` rows; answers {rows, complete}. */
export async function pages(path, list, query, {signal, most = 2000} = {}) {
  const rows = [];
  let before = null;
  do {
    const answer = await request('GET', path, {query: {limit: Math.min(1000, most), ...query, before}, signal});
    rows.push(...answer[list]);
    before = answer.next;
  } while (before !== null && rows.length < most);
  return {rows, complete: before === null};
}
