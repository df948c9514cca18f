/* One object: how it is in each environment, how two of these differ, and all that happened to it, with a lane for each. */
import {h, replace} from '../dom.js';
import {crumbs, empty, errorState, kindName, loading, plural, ref, section, table, time, url, valueDiff, verdictTag} from '../ui.js';
import {partLine} from '../definition.js';
import {gathered, timeline} from '../timeline.js';
import {focusList} from '../table.js';

export const title = ({parts, query}) => `${query.get('path') ?? ''} · ${parts[0] ?? ''}`;

/* The object in every environment that has it: environment → the object, or null. What cannot be read is an error. */
async function objectsOf(page, database, path, kind) {
  const found = new Map();
  await Promise.all(database.environments.map(async ({environment, majority, targets}) => {
    const instance = majority === null ? targets[0]?.instance : undefined;
    if (instance === undefined && majority === null) return;
    const where = `${database.database}@${environment}${instance === undefined ? '' : `/${instance}`}`;
    try {
      found.set(environment, await page.get('/api/v1/object', {ref: where, object: path, kind}));
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      found.set(environment, error.status === 404 ? null : error);
    }
  }));
  return found;
}

/* A definition as lines, which can be compared with those of another environment. */
export function linesOf(object) {
  if (object === null || object instanceof Error) return null;
  const text = (value) => [value].flat().join(', ');
  const lines = [`${kindName(object.kind)} ${object.path}`];
  for (const {name, value} of object.attributes)
    if (name === 'definition' || name === 'body') lines.push(`${name}:`, ...text(value).split('\n').map((part) => `  ${part}`));
    else lines.push(`${name.replace(/_/g, ' ')}: ${text(value)}`);
  lines.push(...object.parts.map(partLine));
  return lines;
}

function stateWords(object) {
  if (object === null) return h('span', {class: 'muted'}, 'not there');
  if (object instanceof Error) return h('span', {class: 'reason'}, object.message);
  const columns = object.parts.filter(({kind}) => kind === 'column').length;
  return [kindName(object.kind), columns > 0 && plural(columns, 'column'), plural(object.parts.length, 'part')].filter(Boolean).join(', ');
}

function chooser(id, label, names, value, change) {
  return [h('label', {for: id}, label), h('select', {id, on: {change: (event) => change(event.target.value)}}, names.map((name) => h('option', {value: name, selected: name === value}, name)))];
}

/* The definition in one environment, against that in another. */
function comparison(objects, query, page) {
  const names = [...objects.keys()], place = h('div');
  const there = names.filter((name) => linesOf(objects.get(name)) !== null);
  if (there.length === 0) return empty('It is in no environment now');
  const draw = () => {
    const to = names.includes(query.get('to')) ? query.get('to') : there.at(-1), from = names.includes(query.get('from')) ? query.get('from') : names[Math.max(0, names.indexOf(to) - 1)];
    const old = linesOf(objects.get(to)), fresh = linesOf(objects.get(from)), set = (values) => { page.setQuery(values); draw(); };
    const alike = JSON.stringify(old) === JSON.stringify(fresh);
    replace(place, h('div', {class: 'pair'}, chooser('object-from', 'From', names, from, (value) => set({from: value, to})), chooser('object-to', 'to', names, to, (value) => set({from, to: value})),
      alike && from !== to && verdictTag('IN_SYNC')),
    from !== to && !alike && h('p', {class: 'sides'}, h('span', {class: 'side-old'}, `− ${to} now`), h('span', {class: 'side-new'}, `+ ${from}`)), valueDiff(old, alike ? old : fresh));
  };
  draw();
  return place;
}

function environmentTable(database, objects) {
  return table({label: 'Where it is', keyboard: false, rows: database.environments, columns: [
    {title: 'Environment', cell: (row) => h('strong', null, row.environment)},
    {title: 'There', cell: (row) => objects.has(row.environment) ? stateWords(objects.get(row.environment)) : h('span', {class: 'muted'}, 'never looked at')},
    {title: 'Looked at', cell: (row) => time(row.checked_at)}]});
}

export async function render(view, params, page) {
  const [name] = params.parts, {query} = params, path = query.get('path');
  if (name === undefined || !path) throw new Error('the address names no object: it is #/object/DATABASE?path=PATH');
  page.heading(crumbs(['Fleet', url('fleet')], [h('bdi', null, name), url('database', name)], ref(path)));
  const now = h('div', null, loading()), happened = h('div', null, loading());
  replace(view, section('What happened', happened), section('How it is', now));

  async function load() {
    const {databases: [database]} = await page.get('/api/v1/fleet', {database: name});
    const environments = database.environments.map(({environment}) => environment);
    const [{rows, complete}, objects] = await Promise.all([page.pages('/api/v1/history', 'changes', {database: name, object: path}, 1000), objectsOf(page, database, path, query.get('kind'))]);
    replace(happened, rows.length === 0 ? empty('Nothing has happened to it', 'It is as it was when it was first seen.') : timeline(gathered(rows), environments),
      !complete && h('p', {class: 'muted'}, 'Only the newest 1000 changes are shown.'));
    replace(now, environmentTable(database, objects), comparison(objects, query, page));
    page.list(focusList(() => [...happened.querySelectorAll('summary')]));
  }

  await load();
  page.live(['schema-changed', 'snapshot-recorded'], (events) => {
    if (events.some((event) => event.database === undefined || event.database === name))
      load().catch((error) => { if (error.name !== 'AbortError') replace(now, errorState(error, page.reload)); });
  });
}
