/* Search: pages, databases, and, after the name of a database and a blank, what is in it. */
import {get} from './api.js';
import {h, replace} from './dom.js';
import {openDialog} from './dialog.js';
import {icon} from './icons.js';
import {kindName, url} from './ui.js';

const MOST = 50;
const objects = new Map(); // database → promise of its objects, for as long as the palette is open

/* Small is good: where the words are found, and whether at the beginning; null: they are not. */
function rank(text, words) {
  const lower = text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const at = lower.indexOf(word);
    if (at < 0) return null;
    sum += at === 0 ? 0 : /[^a-z0-9]/.test(lower[at - 1]) ? 1 : 2 + at / 100;
  }
  return sum + lower.length / 1000;
}

function best(entries, words) {
  return entries.map((entry) => [rank(entry.text, words), entry]).filter(([value]) => value !== null)
    .sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, entry]) => entry);
}

/* The objects of a database as they are in the last environment of its path that has any. */
async function objectsOf(database) {
  const environment = [...database.environments].reverse().find((entry) => entry.majority !== null);
  if (environment === undefined) return [];
  const {objects: list} = await get('/api/v1/objects', {ref: `${database.database}@${environment.environment}`, limit: 10000});
  return list.map(({kind, path}) => ({text: path, sub: `${kindName(kind)} in ${database.database}`, icon: 'history',
    href: url('object', database.database, {path, kind})}));
}

async function entriesFor(text, pages, databases) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = databases.find(({database}) => database.toLowerCase() === words[0]);
  if (first && words.length > 1) {
    if (!objects.has(first.database)) objects.set(first.database, objectsOf(first));
    return best(await objects.get(first.database), words.slice(1));
  }
  return best([
    ...pages.filter((entry) => entry.icon).map((entry) => ({text: entry.text, sub: 'page', icon: entry.icon, href: url(entry.name)})),
    ...databases.map(({database, environments}) => ({text: database, icon: 'fleet',
      sub: environments.map(({environment}) => environment).join(' → '), href: url('database', database)})),
  ], words);
}

export function openPalette(pages) {
  let shown = [], at = 0, asked = 0, databases = [];
  objects.clear();
  const list = h('ul', {class: 'palette-list', role: 'listbox', id: 'palette-list', 'aria-label': 'Found'});
  const input = h('input', {type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-label': 'Search',
    'aria-autocomplete': 'list', placeholder: 'Page, database, or database and object', autocomplete: 'off', spellcheck: 'false'});

  function mark(next) {
    at = Math.max(0, Math.min(shown.length - 1, next));
    [...list.children].forEach((element, i) => element.setAttribute('aria-selected', String(i === at)));
    if (shown.length > 0) input.setAttribute('aria-activedescendant', `found-${at}`);
    else input.removeAttribute('aria-activedescendant');
    list.children[at]?.scrollIntoView?.({block: 'nearest'});
  }

  function go(entry) {
    dialog.close('');
    location.hash = entry.href;
  }

  async function find() {
    const number = ++asked;
    let entries = [];
    try {
      entries = await entriesFor(input.value, pages, databases);
    } catch (error) {
      if (error.name === 'AbortError') return;
    }
    if (number !== asked) return;
    shown = entries;
    replace(list, shown.map((entry, i) => h('li', {role: 'option', id: `found-${i}`, class: 'found', on: {click: () => go(entry)}},
      icon(entry.icon), h('bdi', {class: 'found-text'}, entry.text), h('span', {class: 'found-sub'}, entry.sub))),
    shown.length === 0 && h('li', {class: 'found none', role: 'option', 'aria-disabled': 'true'}, 'Nothing is called so.'));
    mark(0);
  }

  input.addEventListener('input', find);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') mark(at + 1);
    else if (event.key === 'ArrowUp') mark(at - 1);
    else if (event.key === 'Enter' && shown[at]) go(shown[at]);
    else return;
    event.preventDefault();
  });
  const dialog = openDialog({title: 'Search', wide: true, body: h('div', {class: 'palette'}, input, list)});
  dialog.classList.add('palette-dialog');
  input.focus();
  find();
  get('/api/v1/fleet').then((fleet) => { databases = fleet.databases; find(); }, () => {});
}
