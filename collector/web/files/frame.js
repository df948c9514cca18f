/* What is around every page: navigation, heading, whether the dashboard is live, how the collector is. */
import {get, whoAmI} from './api.js';
import {h, hidden, replace} from './dom.js';
import {icon} from './icons.js';
import {onState} from './live.js';
import {nextTheme, themeName} from './theme.js';
import {url} from './ui.js';

const LIVE = {
  live: ['live-on', 'live', 'Events arrive as they happen.'],
  connecting: ['live-wait', 'connecting', 'The stream of events is being opened; what is shown may be old.'],
  off: ['live-off', 'not live', 'No events arrive.'],
};

function liveElement() {
  const element = h('span', {class: 'live', role: 'status'});
  onState((state) => {
    const [kind, text, title] = LIVE[state];
    element.className = `live ${kind}`;
    element.title = title;
    replace(element, h('span', {class: 'dot', 'aria-hidden': 'true'}), text);
  });
  return element;
}

function navigation(pages) {
  return h('nav', {class: 'nav', 'aria-label': 'Pages', id: 'navigation'}, h('ul', null, pages.filter((entry) => entry.icon).map((entry) =>
    h('li', null, h('a', {href: url(entry.name), data: {page: entry.name}, title: `${entry.text} (g ${entry.key})`},
      icon(entry.icon), h('span', null, entry.text))))));
}

function themeButton() {
  const element = h('button', {type: 'button', class: 'icon-button'});
  const show = (theme) => {
    element.title = `Colours: ${theme === 'auto' ? 'as the system' : theme}`;
    replace(element, icon('theme'), hidden(element.title));
  };
  element.addEventListener('click', () => show(nextTheme()));
  show(themeName());
  return element;
}

function toolButton(sign, text, run) {
  return h('button', {type: 'button', class: 'icon-button', title: text, on: {click: run}}, icon(sign), hidden(text));
}

/* What /readyz says, in one line above the pages when it is no good news. */
function healthElement() {
  const element = h('div', {class: 'health', role: 'status'});
  const show = async () => {
    if (document.visibilityState !== 'visible') return;
    let problems = [];
    try {
      const answer = await fetch('/readyz', {credentials: 'omit', cache: 'no-store'});
      const state = await answer.json();
      problems = [...state.problems];
      if (state.configuration.problem) problems.push(`configuration: ${state.configuration.problem}`);
      if (state.contracts.problem) problems.push(`contracts: ${state.contracts.problem}`);
      if (state.correlation.behind) problems.push('differences are being worked out anew; what is shown may change');
    } catch {
      problems = ['the collector does not answer'];
    }
    replace(element, problems.length === 0 ? null : h('ul', null, problems.map((text) => h('li', null, text))));
  };
  show();
  setInterval(show, 30000);
  return element;
}

/* The menu of narrow windows. */
function menuButton() {
  const element = h('button', {type: 'button', class: 'icon-button menu-button', 'aria-controls': 'navigation', 'aria-expanded': 'false'},
    icon('menu'), hidden('Pages'));
  element.addEventListener('click', () => setMenu(!document.body.classList.contains('menu-open')));
  return element;
}

function setMenu(open) {
  document.body.classList.toggle('menu-open', open);
  document.querySelector('.menu-button')?.setAttribute('aria-expanded', String(open));
}

/** Make it once; `run` has what its buttons do. Answers the elements that pages change. */
export function makeFrame(pages, run) {
  const title = h('h1', {tabindex: '-1', id: 'title'});
  const actions = h('div', {class: 'actions'}), note = h('div', {class: 'note'});
  const view = h('div');
  const version = h('span', {class: 'version'}), who = h('div', {class: 'who'});
  const root = h('div', {class: 'frame'},
    h('a', {class: 'skip', href: '#title', on: {click: (event) => { event.preventDefault(); title.focus(); }}}, 'Skip to the page'),
    h('header', {class: 'side'},
      h('div', {class: 'brand'}, menuButton(), h('a', {href: url('fleet'), class: 'brand-link'},
        h('img', {src: '/web/icon.svg', alt: '', width: '24', height: '24'}), h('span', null, 'Driftline'))),
      h('button', {type: 'button', class: 'search-button', 'aria-label': 'Search', 'aria-keyshortcuts': '/', on: {click: run.search}}, icon('search'),
        h('span', null, 'Search'), h('kbd', {'aria-hidden': 'true'}, '/')),
      navigation(pages),
      h('div', {class: 'foot'}, h('div', {class: 'foot-line'}, liveElement(), version), who,
        h('div', {class: 'foot-tools'}, themeButton(), toolButton('keyboard', 'Keys (?)', run.help), toolButton('leave', 'Sign out', run.signOut)))),
    h('main', {class: 'page', 'aria-labelledby': 'title'}, healthElement(),
      h('div', {class: 'page-head'}, h('div', {class: 'page-title'}, title, note), actions), view));
  get('/api/v1/version').then((answer) => replace(version, `v${answer.version}`), () => {});
  addEventListener('hashchange', () => setMenu(false));
  return {root, who, title, actions, note, view, toasts: h('div', {id: 'toasts', class: 'toasts', role: 'status', 'aria-live': 'polite'})};
}

/** Mark the page that is shown in the navigation, and say who looks at it. */
export function showCurrent(frame, entry) {
  const who = whoAmI();
  replace(frame.who, who && [icon('person'), h('bdi', null, who.name), ` · ${who.rights}`]);
  frame.who.title = who ? `The token ${who.name}: its right is ${who.rights}` : '';
  for (const link of frame.root.querySelectorAll('.nav a')) {
    if (link.dataset.page === entry.name) link.setAttribute('aria-current', 'page');
    else if (link.dataset.page === entry.of) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}
