/* One difference between two sides, or many of them by object: what it is, why, who did it, and the definition before and
 * after. Pages give drifts as the API has them; changes of a comparison are made alike by fromChange(). */
import {h, hidden, replace} from './dom.js';
import {SEVERITIES, actor, attributeDiff, byName, causeTag, counts, effectMark, errorState, icon, kindName, loading, ref, severityTag, stateTag, time, url,
  valueDiff} from './ui.js';
import {partLine} from './definition.js';
import {duration} from './time.js';

const PARTS = new Set(['column', 'primary_key', 'unique', 'foreign_key', 'check', 'exclusion', 'not_null', 'index', 'trigger', 'rule', 'policy']);

/** "shop."odd.name".id" → ['shop', '"odd.name"', 'id'] */
export function splitPath(path) {
  const parts = [''];
  let quoted = false, depth = 0;
  for (const c of path) {
    if (c === '"') quoted = !quoted;
    if (!quoted && c === '(') depth++;
    if (!quoted && c === ')') depth--;
    if (c === '.' && !quoted && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts;
}

/** The top-level object that something is, or is part of. */
export function ownerOf(kind, path) {
  const parts = splitPath(path);
  return PARTS.has(kind) && parts.length > 1 ? parts.slice(0, -1).join('.') : path;
}

/** A change of a comparison in the shape of a drift, without what is not known of it. */
export function fromChange(change, database, from, to) {
  return {id: null, database, from, to, instance: null, state: 'open', cause: null, contracts: [], change: null, waiver: null, acknowledged: null,
    opened_at: null, renamed_from: null, owner: ownerOf(change.kind, change.object), ...change};
}

/** What the two sides are called: [that which would change, that which it would become]. */
export function sidesOf(drift) {
  return drift.instance === null ? [`${drift.to} now`, drift.from] : [`majority of ${drift.to}`, drift.instance];
}

/* The part of a path after that of its owner. */
function localName(drift) {
  return drift.object !== drift.owner && drift.object.startsWith(`${drift.owner}.`) ? drift.object.slice(drift.owner.length + 1) : drift.object;
}

/* ---- the definition ---- */

/* All that an object is, as lines that are new, or gone. */
function wholeObject(object, effect) {
  const one = (value) => effect === 'added' ? valueDiff(null, value) : valueDiff(value, null);
  const lines = object.parts.map(partLine);
  const rows = object.attributes.filter(({name}) => name !== 'column_order').map(({name, value}) => [name.replace(/_/g, ' '), value]);
  if (lines.length > 0) rows.push(['parts', lines]);
  return h('dl', {class: 'attributes'}, rows.map(([name, value]) => h('div', {class: 'attribute'}, h('dt', null, name), h('dd', null, one(value)))));
}

/* Objects that came or went tell no attributes; the side that has them does. */
function definitionOf(page, drift) {
  const [old, fresh] = sidesOf(drift);
  if (drift.attributes.length > 0 || drift.object !== drift.owner || !['added', 'removed'].includes(drift.effect))
    return attributeDiff(drift.attributes, {effect: drift.effect, old, fresh});
  const place = h('div', null, loading());
  const environment = drift.effect === 'added' ? drift.from : drift.to;
  const instance = drift.instance !== null && drift.effect === 'added' ? `/${drift.instance}` : '';
  page.get('/api/v1/object', {ref: `${drift.database}@${environment}${instance}`, object: drift.object, kind: drift.kind})
    .then((object) => replace(place, wholeObject(object, drift.effect)),
      (error) => { if (error.name !== 'AbortError') replace(place, error.status === 404 ? attributeDiff([], {effect: drift.effect}) : errorState(error)); });
  return h('div', {class: 'definition'}, h('p', {class: 'sides'}, drift.effect === 'added' ? h('span', {class: 'side-new'}, `+ only in ${fresh}`)
    : h('span', {class: 'side-old'}, `− only in ${old}`)), place);
}

/* ---- why, who, since when ---- */

function fact(name, ...content) {
  const shown = content.flat().filter(Boolean);
  return shown.length === 0 ? null : h('div', {class: 'fact'}, h('dt', null, name), h('dd', null, shown));
}

/* How exactly it is known when something happened: between two looks. */
export function within(before, at) {
  return before === null ? null : h('span', {class: 'muted'}, `, within the ${duration(Math.max(1, (new Date(at) - new Date(before)) / 1000))} before it was seen`);
}

function changeFacts(change) {
  if (change === null) return [];
  const place = change.instance === 'default' ? change.environment : `${change.environment}/${change.instance}`;
  return [
    fact('By', actor(change) ?? h('span', {class: 'muted'}, 'not known: no statement was captured')),
    fact('Changed', time(change.at), ` in ${place}`, within(change.before, change.at)),
    change.client && fact('From', change.client),
    change.statement && fact('Statement', h('pre', {class: 'statement'}, change.statement)),
  ];
}

/** Everything about one drift; for under its line, or beside the list. */
export function driftBody(page, drift) {
  return h('div', {class: 'difference-body'}, definitionOf(page, drift), h('dl', {class: 'facts'},
    drift.cause && fact('Cause', causeTag(drift.cause), drift.hidden && h('span', {class: 'muted'}, ' one side cannot be read now')),
    changeFacts(drift.change),
    drift.opened_at && fact('Differs since', time(drift.opened_at), drift.lead_seconds ? ` for ${drift.lead_seconds} s` : null),
    drift.renamed_from && fact('Was called', ref(drift.renamed_from)),
    drift.probable_name && fact('Probably the same as', ref(drift.probable_name)),
    fact('Severity', severityTag(drift.severity), h('span', {class: 'muted'}, ` by the rule ${drift.rule}`)),
    drift.contracts.length > 0 && fact('Read by', drift.contracts.map(({contract, consumers, violated}) =>
      h('span', {class: violated ? 'contract violated' : 'contract'}, icon(violated ? 'close' : 'contracts'), `${contract}${violated ? ' would break' : ''}: ${consumers.join(', ')} `))),
    drift.acknowledged && fact('Acknowledged', time(drift.acknowledged.at), ` by ${drift.acknowledged.by}`),
    drift.waiver && fact('Waived until', time(drift.waiver.until), ` (waiver ${drift.waiver.id})`)),
  h('p', {class: 'links'}, h('a', {href: url('object', drift.database, {path: drift.owner})}, icon('history'), 'What happened to it'),
    drift.id !== null && page.has('drift') && h('a', {href: url('drift', String(drift.id))}, icon('drift'), `Drift #${drift.id}`)));
}

/* ---- many, by object ---- */

function lineOf(drift) {
  return [effectMark(drift.effect), h('span', {class: 'difference-name'}, h('span', {class: 'muted'}, `${kindName(drift.kind)} `), ref(localName(drift)),
    drift.renamed_from && [h('span', {class: 'muted'}, ' was '), ref(splitPath(drift.renamed_from).at(-1))]),
  h('span', {class: 'difference-tags'}, drift.contracts.some(({violated}) => violated) && h('span', {class: 'tag severity-critical'}, icon('contracts'), 'breaks a contract'),
    drift.state !== 'open' && stateTag(drift.state), drift.cause && causeTag(drift.cause), actor(drift.change, {brief: true}),
    severityTag(drift.severity), drift.opened_at && h('span', {class: 'difference-time'}, time(drift.opened_at)))];
}

const keyOf = (drift) => drift.id ?? `${drift.aspect} ${drift.kind} ${drift.object}`;

function lineElement(page, drift, open) {
  const key = String(keyOf(drift)), body = h('div');
  const element = h('details', {class: `difference is-${drift.state}`, data: {key}}, h('summary', null, lineOf(drift)), body);
  element.addEventListener('toggle', () => {
    if (element.open) open.add(key); else open.delete(key);
    if (element.open && body.childElementCount === 0) replace(body, driftBody(page, drift));
  });
  element.open = open.has(key);
  return element;
}

/** Drifts by the object they are of, the worst first: [{owner, drifts, summary}]. */
export function byOwner(drifts) {
  const groups = new Map();
  for (const drift of drifts) {
    if (!groups.has(drift.owner)) groups.set(drift.owner, {owner: drift.owner, drifts: [], summary: {critical: 0, high: 0, medium: 0, low: 0}});
    const group = groups.get(drift.owner);
    group.drifts.push(drift);
    group.summary[drift.severity]++;
  }
  const rank = (drift) => SEVERITIES.indexOf(drift.severity);
  const first = ({drifts: all}) => Math.min(...all.map(rank));
  for (const group of groups.values()) group.drifts.sort((a, b) => rank(a) - rank(b) || byName(a.object, b.object));
  return [...groups.values()].sort((a, b) => first(a) - first(b) || byName(a.owner, b.owner));
}

/** One object with its differences. `open` is a Set of keys of lines that are open; it is kept up to date. */
export function groupElement(page, group, open) {
  const whole = group.drifts.find((drift) => drift.object === group.owner);
  return h('section', {class: 'difference-group'}, h('h3', null,
    h('a', {href: url('object', group.drifts[0].database, {path: group.owner}), title: 'What happened to it'}, ref(group.owner)),
    whole && h('span', {class: 'muted'}, ` ${kindName(whole.kind)}`), hidden(', differences: '), counts(group.summary)),
  group.drifts.map((drift) => lineElement(page, drift, open)));
}
