/* Changes in the order of time, with a lane for each environment: where something happened first is seen at a glance. */
import {h, hidden} from './dom.js';
import {within} from './difference.js';
import {actor, attributeDiff, clock, day, effectMark, icon, kindName, ref, severityTag, time} from './ui.js';

/* The same change of several instances of one environment, in a row, is told once. */
function sameChange(a, b) {
  return a.environment === b.environment && a.effect === b.effect && a.kind === b.kind && a.object === b.object && a.aspect === b.aspect &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes) && Math.abs(new Date(a.at) - new Date(b.at)) < 3600e3;
}

/** Changes, newest first, with those of several instances put together: the change, and `instances`. */
export function gathered(changes) {
  const found = [];
  for (const change of changes) {
    const same = found.slice(-40).find((other) => sameChange(other, change) && !other.instances.includes(change.instance));
    if (same) same.instances.push(change.instance);
    else found.push({...change, instances: [change.instance]});
  }
  return found;
}

function lanes(change, environments) {
  return h('span', {class: 'lanes', 'aria-hidden': 'true'}, environments.map((name) =>
    h('span', {class: name === change.environment ? 'lane here' : 'lane'},
      name === change.environment && h('span', {class: `lane-dot severity-${change.severity}`, title: name}))));
}

function place(change) {
  const named = change.instances.filter((name) => name !== 'default');
  return [change.environment, named.length > 0 && h('span', {class: 'muted'}, ` ${named.sort().join(', ')}`)];
}

function fact(name, content) {
  return content ? h('div', {class: 'fact'}, h('dt', null, name), h('dd', null, content)) : null;
}

function body(change) {
  return h('div', {class: 'difference-body'}, attributeDiff(change.attributes, {effect: change.effect, old: 'before', fresh: 'after'}),
    h('dl', {class: 'facts'}, fact('Changed', [time(change.at), within(change.not_before, change.at)]),
      fact('By', actor(change) ?? h('span', {class: 'muted'}, 'not known: no statement was captured')),
      fact('From', change.client), fact('Statement', change.statement && h('pre', {class: 'statement'}, change.statement)),
      fact('Rule', `${change.rule}`), fact('Snapshot', `#${change.snapshot}`)));
}

function line(change, environments) {
  const inner = h('div');
  const element = h('details', {class: 'difference moment'}, h('summary', null,
    h('span', {class: 'moment-clock', title: change.at}, clock(change.at)), lanes(change, environments), effectMark(change.effect),
    h('span', {class: 'difference-name'}, h('span', {class: 'muted'}, `${kindName(change.kind)} `), ref(change.object),
      change.renamed_from && [h('span', {class: 'muted'}, ' was '), ref(change.renamed_from)]),
    h('span', {class: 'difference-tags'}, actor(change, {brief: true}),
      severityTag(change.severity), h('span', {class: 'moment-place'}, hidden('in '), place(change)))), inner);
  element.addEventListener('toggle', () => { if (element.open && inner.childElementCount === 0) inner.append(body(change)); });
  return element;
}

/** The heading above the lanes. */
function laneHeads(environments) {
  return h('div', {class: 'lane-heads', 'aria-hidden': 'true'}, h('span', {class: 'moment-clock'}), h('span', {class: 'lanes'},
    environments.map((name) => h('span', {class: 'lane-head', title: name}, name))));
}

/** A list of gathered changes. */
export function timeline(changes, environments) {
  const days = [];
  for (const change of changes) {
    const name = day(change.at);
    if (days.at(-1)?.name !== name) days.push({name, changes: []});
    days.at(-1).changes.push(change);
  }
  return h('div', {class: 'timeline', style: {'--lanes': String(environments.length)}}, laneHeads(environments),
    days.map(({name, changes: of}) => h('section', {class: 'day'}, h('h3', null, icon('clock'), name), of.map((change) => line(change, environments)))));
}
