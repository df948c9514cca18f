/* The keyboard: what works everywhere, what the page adds, and the list that j, k and Enter move in. Keys do nothing while
 * somebody types in a field, and none is taken that is held with Ctrl, Alt or Meta, but Ctrl-K. */
import {h} from './dom.js';
import {openDialog} from './dialog.js';

const everywhere = [];
let ofPage = [], list = null, lead = '', leadTimer = 0;

/** Keys of the dashboard: {keys: 'g f', what, run}. */
export function bind(...entries) {
  everywhere.push(...entries);
}

/** Keys of the page that is shown; the router takes them away when it is left. */
export function bindPage(entries) {
  ofPage.push(...entries);
}

/** The list that j and k move in: {move(by), open?()}. */
export function setList(value) {
  list = value;
}

export function clearPage() {
  ofPage = [];
  list = null;
}

export function isTyping(target) {
  return target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button])'));
}

function dialogIsOpen() {
  return document.querySelector('dialog[open]') !== null;
}

function find(keys) {
  return ofPage.find((entry) => entry.keys === keys) ?? everywhere.find((entry) => entry.keys === keys);
}

function isLead(key) {
  return [...ofPage, ...everywhere].some((entry) => entry.keys.startsWith(`${key} `));
}

function moveInList(key) {
  if (list === null) return false;
  if (key === 'j' || key === 'k') list.move(key === 'j' ? 1 : -1);
  else if (key === 'o' && list.open) list.open();
  else return false;
  return true;
}

function take(event) {
  const keys = lead === '' ? event.key : `${lead} ${event.key}`;
  const entry = find(keys);
  lead = '';
  clearTimeout(leadTimer);
  if (entry) {
    event.preventDefault();
    entry.run();
  } else if (keys === event.key && moveInList(keys)) {
    event.preventDefault();
  } else if (isLead(event.key)) {
    lead = event.key;
    leadTimer = setTimeout(() => { lead = ''; }, 1500);
  }
}

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
    const search = find('/');
    if (search && !dialogIsOpen()) {
      event.preventDefault();
      search.run();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || dialogIsOpen()) return;
  if (event.key === 'Escape' && isTyping(event.target)) event.target.blur();
  else if (!isTyping(event.target)) take(event);
});

function rows(entries) {
  return entries.map(({keys, what}) => h('div', {class: 'key-row'},
    h('dt', null, keys.split(' ').map((key) => h('kbd', null, key))), h('dd', null, what)));
}

/** What the keys do. */
export function showHelp() {
  const section = (title, entries) => entries.length === 0 ? null :
    h('section', null, h('h3', null, title), h('dl', {class: 'keys'}, rows(entries)));
  openDialog({
    title: 'Keys',
    body: h('div', {class: 'key-sections'},
      section('On this page', ofPage),
      section('In lists', [{keys: 'j', what: 'next'}, {keys: 'k', what: 'previous'}, {keys: 'Enter', what: 'open'}]),
      section('Everywhere', everywhere)),
  });
}
