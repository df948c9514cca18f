/* The dashboard: signing in, the frame around pages, and which page is shown.
 *
 * A PAGE is one module, pages/NAME.js, and one line in the list `pages` below. Its address is
 *     #/NAME/PART/PART?name=value        for instance #/database/orders?from=staging&to=prod
 * and it exports
 *
 *     export function title(params)      what stands in the heading and the window's title; `params` as below
 *     export async function render(view, params, page)
 *
 * `view` is an empty element that is already shown; render() may fill it at once and again later. `params` is
 * {parts: ['orders'], query: URLSearchParams}. When render() throws, the failure is shown with a button to try again.
 * `page` is what ties the page to the dashboard; all of it ends when the page is left:
 *
 *     page.signal                        an AbortSignal
 *     page.get(path, query)              ask: page.get('/api/v1/drift', {database: 'orders', limit: 50}) → parsed JSON
 *     page.pages(path, list, query, most)  all pages of a list → {rows, complete}
 *     page.send(method, path, body, query) POST or DELETE → parsed JSON
 *     page.may(right)                    whether the token has this right: 'gate', 'operate'
 *     page.live(types, run)              when such events happen ('drift-*', null: all), at most once a second: run(events)
 *     page.every(seconds, run)           again and again, while the window is seen
 *     page.setQuery({name: value})       change the address without drawing the page anew; '' and null take a value away
 *     page.reload()                      draw the page anew
 *     page.has(name)                     whether there is a page of this name to link to
 *     page.keys({keys: 'w', what: 'Waive', run}, …)   keys of this page, shown by `?`
 *     page.list({move(by), open()})      what j, k and o move in; tables do this by themselves
 *     page.heading(child, …)             put this in the heading in place of the title
 *     page.actions(child, …)             buttons at the right of the heading
 *     page.note(child, …)                a line below the heading
 *
 * Elements come from dom.js and ui.js alone. There are no inline styles and no HTML from strings: the content policy
 * of the collector forbids both. Colours and sizes are in style.css, what ui.js makes in parts.css; a page that needs rules of
 * its own has a section in pages.css, under `.view-NAME`.
 */
import * as api from './api.js';
import * as keys from './keys.js';
import * as live from './live.js';
import {h, replace} from './dom.js';
import {errorState, loading, toast, url} from './ui.js';
import {makeFrame, showCurrent} from './frame.js';
import {openPalette} from './palette.js';
import {signIn} from './signin.js';

/* The pages. `key` opens it after `g`; what has no icon is not in the navigation: one comes there from another page, `of`. */
export const pages = [
  {name: 'fleet', text: 'Fleet', key: 'f', icon: 'fleet'},
  {name: 'database', of: 'fleet'},
  {name: 'object', of: 'fleet'},
  {name: 'drift', text: 'Drift', key: 'd', icon: 'drift'},
  {name: 'gate', text: 'Gate', key: 'p', icon: 'gate'},
  {name: 'contracts', text: 'Contracts', key: 'c', icon: 'contracts'},
  {name: 'events', text: 'Events', key: 'e', icon: 'events'},
  {name: 'diagram', text: 'Diagram', key: 'r', icon: 'diagram'},
  {name: 'agents', text: 'Agents', key: 'a', icon: 'agents'},
  {name: 'notify', text: 'Notifications', key: 'n', icon: 'notify'},
];

const FIRST = url('fleet');
const scrolls = new Map(); // address → how far it was scrolled
let current = null; // {controller, ends: [function], hash}
let frame = null;
let unknownPage = ''; // that the address named, to be told when there is a page to tell it on

function parse(hash) {
  const text = hash.replace(/^#\/?/, '');
  const at = text.indexOf('?');
  const parts = (at < 0 ? text : text.slice(0, at)).split('/').filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return {name: parts.shift() ?? '', parts, query: new URLSearchParams(at < 0 ? '' : text.slice(at + 1))};
}

function leave() {
  if (current === null) return;
  scrolls.set(current.hash, scrollY);
  current.controller.abort();
  for (const end of current.ends) end();
  keys.clearPage();
  current = null;
}

/* Events come in bursts; a page that draws itself anew at each of them would only flicker. */
function gather(run) {
  let events = [], timer = 0;
  const stop = () => clearTimeout(timer);
  const add = (event) => {
    events.push(event);
    if (timer === 0) timer = setTimeout(() => {
      const all = events;
      events = [];
      timer = 0;
      run(all);
    }, 1000);
  };
  return {add, stop};
}

function repeat(seconds, run) {
  const timer = setInterval(() => { if (document.visibilityState === 'visible') run(); }, seconds * 1000);
  return () => clearInterval(timer);
}

function setQuery(params, changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') params.query.delete(name);
    else params.query.set(name, [value].flat().join(','));
  }
  const hash = url(params.name, ...params.parts, Object.fromEntries(params.query));
  history.replaceState(history.state, '', hash);
  current.hash = hash;
}

function makePage(visit, params) {
  const {signal} = visit.controller;
  return {
    signal,
    get: (path, query) => api.get(path, query, signal),
    pages: (path, list, query, most) => api.pages(path, list, query, {signal, most}),
    may: api.may,
    send: (method, path, body, query) => api.request(method, path, {body, query, signal}),
    live(types, run) {
      const {add, stop} = gather(run);
      visit.ends.push(live.subscribe(types, add), stop);
    },
    every: (seconds, run) => visit.ends.push(repeat(seconds, run)),
    setQuery: (changes) => { if (!signal.aborted) setQuery(params, changes); },
    reload: show,
    has: (name) => pages.some((entry) => entry.name === name),
    keys: (...entries) => { if (!signal.aborted) keys.bindPage(entries); },
    list: (list) => { if (!signal.aborted) keys.setList(list); },
    heading: (...children) => { if (!signal.aborted) replace(frame.title, children); },
    actions: (...children) => { if (!signal.aborted) replace(frame.actions, children); },
    note: (...children) => { if (!signal.aborted) replace(frame.note, children); },
  };
}

function failed(visit, view, error) {
  if (visit.controller.signal.aborted || error.name === 'AbortError' || error.status === 401) return;
  if (!(error instanceof api.ApiError)) console.error(error);
  replace(view, errorState(error, show));
}

async function draw(visit, entry, params) {
  const view = h('div', {class: `view view-${entry.name}`});
  replace(frame.view, view);
  replace(frame.actions);
  replace(frame.note);
  const wait = setTimeout(() => { if (view.childElementCount === 0) replace(view, loading()); }, 150);
  try {
    const module = await import(`./pages/${entry.name}.js`);
    if (visit.controller.signal.aborted) return;
    const title = module.title(params);
    document.title = `${title} · Driftline`;
    replace(frame.title, title);
    await module.render(view, params, makePage(visit, params));
    if (scrolls.has(visit.hash)) scrollTo(0, scrolls.get(visit.hash));
  } catch (error) {
    failed(visit, view, error);
  } finally {
    clearTimeout(wait);
  }
}

/* Show the page that the address names. */
async function show() {
  const hash = location.hash, before = current?.hash;
  leave();
  if (api.token() === null) return askToSignIn();
  const params = parse(hash);
  const entry = pages.find(({name}) => name === params.name);
  if (entry === undefined) {
    unknownPage = params.name;
    history.replaceState(null, '', FIRST);
    return show();
  }
  try {
    await api.learnRights();
  } catch {
    return; // the token is not known: one is asked to sign in
  }
  if (location.hash !== hash) return; // meanwhile another page was asked for, and is being shown
  frame ??= makeFrame(pages, {search: () => openPalette(pages), help: keys.showHelp, signOut});
  if (!frame.root.isConnected) replace(document.body, frame.root, frame.toasts);
  if (unknownPage !== '') toast(`There is no page '${unknownPage}': this is the fleet`, {error: true});
  unknownPage = '';
  live.start();
  current = {controller: new AbortController(), ends: [], hash};
  const visit = current;
  showCurrent(frame, entry);
  if (before !== undefined && before !== hash) {
    scrollTo(0, 0);
    frame.title.focus({preventScroll: true});
  }
  const hadFocus = document.activeElement !== document.body || document.querySelector('dialog[open]') !== null;
  await draw(visit, entry, params);
  /* What had the focus is gone with what was drawn before: one goes on at the heading. */
  if (before === hash && hadFocus && document.activeElement === document.body) frame.title.focus({preventScroll: true});
}

function askToSignIn(problem = null) {
  leave();
  live.stop();
  document.title = 'Sign in · Driftline';
  signIn(show, problem);
}

function signOut() {
  api.forgetToken();
  askToSignIn();
}

api.onSignedOut(() => {
  const had = api.token() !== null;
  api.forgetToken();
  askToSignIn(had ? 'The token is not, or no more, known to the collector.' : null);
});

keys.bind(
  {keys: '/', what: 'search', run: () => { if (api.token() !== null) openPalette(pages); }},
  {keys: '?', what: 'these keys', run: keys.showHelp},
  ...pages.filter((entry) => entry.key).map((entry) =>
    ({keys: `g ${entry.key}`, what: entry.text, run: () => { location.hash = url(entry.name); }})),
);

document.querySelector('noscript')?.remove();
addEventListener('hashchange', show);
show();
