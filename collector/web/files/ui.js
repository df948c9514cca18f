/* What pages are built of. Each function answers an element; nothing here asks the collector for anything.
 *
 *   words        severityTag verdictTag gateTag stateTag causeTag effectMark counts chip ref
 *   time         time sentence relative absolute duration              (time.js)
 *   states       loading empty errorState
 *   lists        table virtualTable                                    (table.js)
 *   definitions  attributeDiff valueDiff                               (definition.js)
 *   asking       openDialog askForm toast                              (dialog.js)
 *   controls     filterBar tabs button linkButton copyButton section crumbs allowed
 *   text         plural
 */
import {h, hidden} from './dom.js';
import {icon, bars} from './icons.js';
import {toast} from './dialog.js';

export {icon, bars} from './icons.js';
export {time, sentence, relative, absolute, duration, day, clock} from './time.js';
export {openDialog, askForm, toast} from './dialog.js';
export {table, virtualTable} from './table.js';
export {attributeDiff, valueDiff} from './definition.js';

const collator = new Intl.Collator(undefined, {numeric: true});

/** For sorting names: shop-2 comes before shop-10. */
export const byName = collator.compare;

export const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/** plural(1, 'run') → "1 run", plural(2, 'run') → "2 runs". */
export const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/* ---- addresses within the dashboard ---- */

/** url('database', 'orders', {from: 'staging'}) → '#/database/orders?from=staging' */
export function url(page, ...rest) {
  const query = rest.length > 0 && rest.at(-1) !== null && typeof rest.at(-1) === 'object' ? rest.pop() : {};
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') values.append(name, [value].flat().join(','));
  const path = rest.filter((part) => part !== null && part !== undefined)
    .map((part) => encodeURIComponent(part).replace(/%40/g, '@')).join('/');
  const text = values.toString().replace(/%40/g, '@').replace(/%2C/g, ',').replace(/%2F/g, '/');
  return `#/${page}${path === '' ? '' : `/${path}`}${text === '' ? '' : `?${text}`}`;
}

/* ---- words with a colour and a sign, so that the colour is never needed ---- */

function tag(kind, sign, text, title = null) {
  return h('span', {class: `tag ${kind}`, title}, sign, text);
}

export function severityTag(severity) {
  return tag(`severity-${severity}`, bars(severity), severity);
}

const VERDICTS = {
  IN_SYNC: ['ok', 'check', 'in sync'],
  DRIFTED: ['drifted', 'differs', 'drifted'],
  UNKNOWN: ['unknown', 'unknown', 'unknown'],
  PASS: ['ok', 'check', 'pass'],
  BLOCKED: ['blocked', 'close', 'blocked'],
  holds: ['ok', 'check', 'holds'],
  violated: ['blocked', 'close', 'violated'],
  unknown: ['unknown', 'unknown', 'unknown'],
};

/** IN_SYNC, DRIFTED, UNKNOWN; of the gate PASS, BLOCKED; of contracts holds, violated, unknown. */
export function verdictTag(verdict, reason = null) {
  const [kind, sign, text] = VERDICTS[verdict] ?? ['unknown', 'unknown', verdict];
  return tag(`verdict-${kind}`, icon(sign), text, reason);
}

/** The same without the word, for narrow cells; people who hear the page are told the word. */
export function verdictSign(verdict, reason = null) {
  const [kind, sign, text] = VERDICTS[verdict] ?? ['unknown', 'unknown', verdict];
  return h('span', {class: `sign verdict-${kind}`, title: reason ?? text}, icon(sign), hidden(text));
}

/** How an agent sees a target, or the state of a drift, waiver, delivery: a dot and the word. */
export function stateTag(state) {
  const good = ['fine', 'connected', 'sent', 'ready', 'active'], bad = ['unreachable', 'refused', 'failed', 'dead', 'silent'];
  const kind = good.includes(state) ? 'good' : bad.includes(state) ? 'bad' : state === 'open' ? 'open' : 'other';
  return h('span', {class: `state state-${kind}`}, h('span', {class: 'dot', 'aria-hidden': 'true'}), state);
}

const CAUSES = {
  baseline: 'They have never been equal since they are watched.',
  pending: 'Changed upstream, and not promoted yet.',
  hotfix: 'Changed downstream first, past the promotion path.',
  diverged: 'Changed on both sides, each in its own way.',
  outlier: 'One instance is not as the others of its environment.',
};

export function causeTag(cause) {
  return tag(`cause-${cause}`, null, cause, CAUSES[cause] ?? null);
}

const EFFECTS = {added: '+', removed: '−', modified: '~', renamed: '→'};

/** What happened to a thing, as one sign with its word for those who hear it. */
export function effectMark(effect) {
  return h('span', {class: `effect effect-${effect}`, title: effect},
    h('span', {'aria-hidden': 'true'}, EFFECTS[effect] ?? '·'), hidden(`${effect} `));
}

/** {critical: 1, high: 0, …} as the numbers that are not 0; `none` when all are. */
export function counts(summary, none = null) {
  const found = SEVERITIES.filter((severity) => (summary?.[severity] ?? 0) > 0);
  if (found.length === 0) return none === null ? null : h('span', {class: 'muted'}, none);
  return h('span', {class: 'counts'}, found.map((severity) =>
    h('span', {class: `count severity-${severity}`, title: `${summary[severity]} ${severity}`}, bars(severity),
      String(summary[severity]), hidden(` ${severity} `))));
}

export const total = (summary) => SEVERITIES.reduce((sum, severity) => sum + (summary?.[severity] ?? 0), 0);
export const worst = (summary) => SEVERITIES.find((severity) => (summary?.[severity] ?? 0) > 0) ?? null;

export function chip(text, title = null) {
  return h('span', {class: 'chip', title}, text);
}

/** A kind, as people write it: "foreign table". */
export const kindName = (kind) => kind.replace(/_/g, ' ');

/** The name of a thing in a database. */
export function ref(text) {
  return h('bdi', {class: 'ref'}, text);
}

const aside = (words, name) => name && h('span', {class: 'muted'}, ` ${words} `, h('bdi', null, name));

/** Who made a change, as whom and with what, and how that is known; null: nobody is known. Where there is little room the program is left out. */
export function actor(change, {brief = false} = {}) {
  if (change?.evidence === 'unattributed')
    return h('span', {class: 'actor unattributed', title: 'All statements were captured, and none of them did this.'},
      icon('person'), 'nobody known');
  if (!change?.actor) return null;
  return h('span', {class: `actor ${change.evidence ?? ''}`,
    title: change.evidence === 'captured' ? 'A captured statement says so.' : 'It follows from a captured statement, or from one of which it is not known whether it succeeded.'},
  icon('person'), h('bdi', null, change.actor), aside('as', change.role), !brief && aside('with', change.application),
  change.evidence && h('span', {class: 'muted'}, ` ${change.evidence}`));
}

/* ---- states of a page ---- */

export function loading(text = 'Asking the collector') {
  return h('p', {class: 'loading', role: 'status'}, h('span', {class: 'spinner', 'aria-hidden': 'true'}), `${text}…`);
}

export function empty(title, text = null, ...more) {
  return h('div', {class: 'empty'}, h('p', {class: 'empty-title'}, title), text && h('p', null, text), more);
}

/** A failure, with what to do; `retry` is called by the button. */
export function errorState(error, retry = null) {
  return h('div', {class: 'failure', role: 'alert'}, h('p', {class: 'failure-title'}, error.message),
    error.hint && h('p', null, error.hint),
    retry && h('p', null, button('Try again', retry, {icon: 'refresh'})));
}

/* ---- controls ---- */

export function button(text, run, {kind = '', icon: sign = null, label = null, disabled = false} = {}) {
  return h('button', {type: 'button', class: `button ${kind}`.trim(), 'aria-label': label, disabled, on: {click: run}},
    sign && icon(sign), text);
}

export function linkButton(text, href, {kind = '', icon: sign = null} = {}) {
  return h('a', {class: `button ${kind}`.trim(), href}, sign && icon(sign), text);
}

export function copyButton(text, what) {
  return button('Copy', async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast(`${what} copied`);
    } catch {
      toast(`${what} could not be copied: the browser does not allow it`, {error: true});
    }
  }, {icon: 'link', label: `Copy ${what}`});
}

export function section(title, ...children) {
  return h('section', {class: 'section'}, title && h('h2', null, title), children);
}

/** The heading of a page below another: crumbs(['Fleet', url('fleet')], 'orders') for page.heading(). */
export function crumbs(...steps) {
  return steps.map((step, i) => [i > 0 && h('span', {class: 'crumb', 'aria-hidden': 'true'}, '/'),
    Array.isArray(step) ? h('a', {href: step[1]}, step[0]) : step instanceof Node ? step : h('bdi', null, step)]);
}

/** Controls that need a right, or in their place a word about who may; `what` is what they do: 'to waive and acknowledge'. */
export function allowed(page, right, what, ...controls) {
  return page.may(right) ? controls : h('span', {class: 'not-allowed'}, icon('lock'), `It takes a token with the right ${right} ${what}`);
}

/** Links among which one is shown: [{name, text, count?, href}]. */
export function tabs(entries, current, label) {
  return h('nav', {class: 'tabs', 'aria-label': label}, entries.map((entry) =>
    h('a', {href: entry.href, class: 'tab', 'aria-current': entry.name === current ? 'page' : null}, entry.text,
      entry.count !== undefined && entry.count !== null && h('span', {class: 'tab-count'}, String(entry.count)))));
}

function filterInput(field, value, change) {
  const id = `filter-${field.name}`;
  if (field.type === 'toggles') return toggles(field, value, change);
  const input = field.type === 'select'
    ? h('select', {id}, field.options.map(([key, text]) => h('option', {value: key, selected: key === (value ?? '')}, text)))
    : h('input', {id, type: field.type === 'search' ? 'search' : field.type ?? 'text', value: value ?? '',
      placeholder: field.placeholder ?? null, autocomplete: 'off', spellcheck: 'false', size: field.size ?? null});
  let timer = 0;
  const tell = () => { clearTimeout(timer); change(field.name, input.value.trim()); };
  input.addEventListener('change', tell);
  if (field.type === 'search') input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(tell, 200); });
  return h('div', {class: `filter filter-${field.type ?? 'text'}`}, h('label', {for: id}, field.label), input);
}

function toggles(field, value, change) {
  const chosen = new Set((value ?? '').split(',').filter(Boolean));
  return h('fieldset', {class: 'filter toggles'}, h('legend', null, field.label), field.options.map(([key, text]) => {
    const input = h('input', {type: 'checkbox', checked: chosen.has(key), on: {change: () => {
      if (input.checked) chosen.add(key); else chosen.delete(key);
      change(field.name, field.options.map(([name]) => name).filter((name) => chosen.has(name)).join(','));
    }}});
    return h('label', {class: 'toggle'}, input, text);
  }));
}

/** Controls that narrow a list. Fields: {name, label, type: search | text | select | toggles, options: [[value, text]],
 *  placeholder}; `values` is a URLSearchParams; `change(name, value)` is called when one has another value ('' for none). */
export function filterBar(fields, values, change) {
  return h('form', {class: 'filters', role: 'search', 'aria-label': 'Filter', on: {submit: (event) => event.preventDefault()}},
    fields.map((field) => filterInput(field, values.get(field.name), change)));
}
