/* One database: its environments side by side, what differs between two of them and why, all of them at once, its instances,
 * and what happened to it. */
import {h, hidden, replace} from '../dom.js';
import {SEVERITIES, counts, crumbs, empty, errorState, filterBar, icon, linkButton, loading, plural, stateTag, table, tabs, time, total, url, verdictTag} from '../ui.js';
import {byOwner, fromChange, groupElement} from '../difference.js';
import {spreadElement} from '../spread.js';
import {gathered, timeline} from '../timeline.js';
import {focusList, growing} from '../table.js';

const VIEWS = [['differences', 'Differences'], ['spread', 'Side by side'], ['instances', 'Instances'], ['history', 'History']];
const CAUSES = ['hotfix', 'diverged', 'pending', 'baseline'].map((name) => [name, name]);

export const title = ({parts}) => parts[0] ?? 'Database';

/* ---- the environments, in the order of promotion ---- */

function variantLines(database, environment) {
  const agrees = environment.variants.some(({majority}) => majority);
  return environment.variants.length < 2 ? null : h('ul', {class: 'variant-list'},
    !agrees && h('li', null, h('strong', null, `No majority: ${environment.variants.map(({count}) => count).join(' | ')}`)), environment.variants.map((variant) =>
    h('li', null, variant.majority ? h('span', {class: 'muted'}, `${variant.count} alike: `) : null,
      variant.instances.map((name, i) => [i > 0 && ', ', variant.majority ? h('bdi', null, name) : h('a', {
        href: url('database', database, {from: environment.environment, to: environment.environment, instance: name})}, h('bdi', null, name))]),
      !variant.majority && agrees && [h('span', {class: 'muted'}, ' is different '), counts(variant.summary)])));
}

function environmentCard(database, environment) {
  const {targets} = environment, ill = targets.filter(({state}) => state !== 'fine');
  return h('li', {class: 'environment'}, h('div', {class: 'environment-head'}, h('strong', null, environment.environment), verdictTag(environment.verdict)),
    environment.unknown_reason && h('p', {class: 'reason'}, environment.unknown_reason),
    h('p', {class: 'muted'}, targets.length === 1 ? 'one instance' : `${targets.length} instances`, ', looked at ', time(environment.checked_at)),
    variantLines(database, environment),
    ill.length > 0 && h('p', {class: 'reason'}, ill.length === 1 && targets.length === 1 ? '' : `${ill.length} of ${targets.length}: `, stateTag(ill[0].state)));
}

function stepLink(database, step, chosen) {
  const number = total(step.summary);
  return h('li', {class: 'environment-step'}, h('a', {class: 'step-link', href: url('database', database, {from: step.from, to: step.to}), 'aria-current': chosen ? 'true' : null},
    hidden(`From ${step.from} to ${step.to}: `), step.verdict === 'UNKNOWN' ? h('span', {title: step.unknown_reason}, 'unknown') : number === 0 ? h('span', null, 'alike') : counts(step.summary),
    step.waived > 0 && h('span', {class: 'muted'}, `${step.waived} waived`), icon('arrow')));
}

function environmentStrip(database, pair) {
  const {steps} = database;
  return h('ol', {class: 'environments', 'aria-label': 'Environments'}, database.environments.map((environment) => {
    const step = steps.find(({to}) => to === environment.environment);
    return [step && stepLink(database.database, step, pair.from === step.from && pair.to === step.to), environmentCard(database.database, environment)];
  }));
}

/* ---- which two are compared ---- */

function choosePair(database, query) {
  const names = database.environments.map(({environment}) => environment);
  const from = query.get('from'), to = query.get('to'), instance = query.get('instance');
  if (instance) return {from: to ?? from, to: to ?? from, instance};
  if (names.includes(from) && names.includes(to) && from !== to) return {from, to, instance: null};
  const worst = [...database.steps].sort((a, b) => SEVERITIES.map((name) => b.summary[name] - a.summary[name]).find((x) => x !== 0) ?? 0)[0];
  return worst === undefined ? null : {from: worst.from, to: worst.to, instance: null};
}

function pairChooser(database, pair) {
  const names = database.environments.map(({environment}) => environment);
  const choose = (label, value, changed) => {
    const id = `pair-${label.toLowerCase()}`;
    return [h('label', {for: id}, label), h('select', {id, on: {change: (event) => { location.hash = url('database', database.database, changed(event.target.value)); }}},
      names.map((name) => h('option', {value: name, selected: name === value}, name)))];
  };
  return h('div', {class: 'pair'}, choose('From', pair.from, (from) => ({from, to: pair.to === from ? names.find((name) => name !== from) : pair.to})),
    choose('to', pair.to, (to) => ({from: pair.from === to ? names.find((name) => name !== to) : pair.from, to})));
}

/* ---- differences ---- */

/* Neighbours on the path have drifts, with cause and actor; of any other two only what differs is known. */
async function differencesOf(page, database, pair) {
  const isStep = pair.instance !== null || database.steps.some(({from, to}) => from === pair.from && to === pair.to);
  if (isStep) {
    const {rows, complete} = await page.pages('/api/v1/drift', 'drifts', {database: database.database, from: pair.from, to: pair.to, instance: pair.instance}, 5000);
    return {drifts: rows.filter((drift) => pair.instance !== null || drift.instance === null), complete, isStep};
  }
  const report = await page.get('/api/v1/compare', {database: database.database, from: pair.from, to: pair.to});
  return {drifts: report.changes.map((change) => fromChange(change, database.database, pair.from, pair.to)), complete: true, isStep, uncovered: report.uncovered};
}

function isWanted(drift, query) {
  const severity = query.get('severity'), cause = query.get('cause'), text = (query.get('q') ?? '').toLowerCase();
  return (!severity || SEVERITIES.indexOf(drift.severity) <= SEVERITIES.indexOf(severity)) && (!cause || cause.split(',').includes(drift.cause)) &&
    text.split(/\s+/).every((word) => drift.object.toLowerCase().includes(word) || `${drift.change?.actor ?? ''} ${drift.change?.role ?? ''} ${drift.change?.application ?? ''}`.toLowerCase().includes(word));
}

function uncoveredNote(list) {
  return list?.length > 0 && h('p', {class: 'reason'}, icon('unknown'), `${list.length} kinds or objects could not be read or compared: `,
    list.slice(0, 3).map(({kind, object, reason}) => `${object ?? kind} (${reason})`).join(', '), list.length > 3 && ' …');
}

function drawDifferences(place, page, query, found, open) {
  const groups = byOwner(found.drifts.filter((drift) => isWanted(drift, query)));
  const number = groups.reduce((sum, {drifts}) => sum + drifts.length, 0);
  if (groups.length === 0) {
    replace(place, uncoveredNote(found.uncovered), found.drifts.length === 0 ? empty('They are alike', 'A promotion would change nothing.') : empty('No difference matches', 'Take a filter away to see more.'));
    return;
  }
  let at = 0;
  const next = () => groups.slice(at, at += 40).map((group) => groupElement(page, group, open));
  const list = h('div', {class: 'difference-list'}, next());
  replace(place, h('p', {class: 'muted', role: 'status'}, `${found.complete ? '' : 'the first '}${plural(number, 'difference')} in ${plural(groups.length, 'object')}`), uncoveredNote(found.uncovered),
    growing(list, async () => at < groups.length ? next() : null));
  page.list(focusList(() => [...list.querySelectorAll('summary')].filter((element) => element.offsetParent !== null)));
}

async function showDifferences(view, page, query, database, pair, state) {
  if (pair === null) {
    replace(view, empty('There is nothing to compare with', 'It is in one environment only, or its environments are on no promotion path.'));
    return;
  }
  const place = h('div', null, loading());
  const found = await differencesOf(page, database, pair);
  state.open ??= new Set([query.get('open')].filter(Boolean));
  const change = (name, value) => {
    page.setQuery({[name]: value});
    drawDifferences(place, page, query, found, state.open);
  };
  const fields = [{name: 'q', label: 'Find', type: 'search', placeholder: 'object or actor'},
    {name: 'severity', label: 'Severity', type: 'select', options: [['', 'any'], ['medium', 'medium or worse'], ['high', 'high or worse'], ['critical', 'critical']]},
    ...(found.isStep && pair.instance === null ? [{name: 'cause', label: 'Cause', type: 'toggles', options: CAUSES}] : [])];
  replace(view, pair.instance !== null
    ? h('p', {class: 'pair-words'}, `How `, h('strong', null, pair.instance), ` differs from the majority of `, h('strong', null, pair.to), '.')
    : h('p', {class: 'pair-words'}, pairChooser(database, pair), h('span', {class: 'muted'}, `What a promotion would change in ${pair.to}.`)),
  filterBar(fields, query, change), place);
  drawDifferences(place, page, query, found, state.open);
}

/* ---- the other views ---- */

async function showSpread(view, page, query, database) {
  const spread = await page.get('/api/v1/spread', {database: database.database});
  replace(view, spreadElement(spread, query, page));
}

async function showInstances(view, page, query, database) {
  const {targets} = await page.get('/api/v1/targets', {database: database.database});
  replace(view, table({label: 'Instances', rows: targets, href: (row) => url('database', database.database, {view: 'history', environment: row.environment, instance: row.instance}), columns: [
    {title: 'Instance', class: 'word', cell: (row) => h('bdi', {title: `${row.environment}/${row.instance}`}, row.instance === 'default' ? row.environment : `${row.environment}/${row.instance}`)},
    {title: 'Verdict', class: 'word', cell: (row) => verdictTag(row.verdict, row.unknown_reason)},
    {title: 'State', cell: (row) => [stateTag(row.state), row.reason && h('p', {class: 'reason'}, row.reason)]},
    {title: 'Engine', phone: false, cell: (row) => row.engine},
    {title: 'As it is since', phone: false, cell: (row) => time(row.since)},
    {title: 'Looked at', class: 'word', cell: (row) => time(row.checked_at)},
    {title: 'Agent', phone: false, cell: (row) => row.agent ?? '–'},
    {title: 'Not readable', phone: false, class: 'number', cell: (row) => String(row.gaps)},
    {title: 'Root', phone: false, cell: (row) => row.root === null ? '–' : h('code', {title: row.root}, row.root.slice(0, 12))},
  ]}));
}

async function showHistory(view, page, query, database) {
  const names = database.environments.map(({environment}) => environment);
  const place = h('div', null, loading());
  let asked = 0;
  async function load() {
    const number = ++asked;
    const filter = {database: database.database, environment: query.get('environment'), instance: query.get('instance'), severity: query.get('severity'), object: query.get('object'), limit: 300};
    const {changes, notes, next} = await page.get('/api/v1/history', filter);
    if (number !== asked) return;
    if (changes.length === 0) return replace(place, empty('Nothing has changed', 'Since it is watched, or since the filters say.'));
    replace(place, timeline(gathered(changes), names), next === null && notes.length > 0 && h('ul', {class: 'notes', 'aria-label': 'What the history says of itself'},
      notes.slice(0, 20).map((note) => h('li', {class: 'muted'}, time(note.at), ` ${note.environment}/${note.instance}: ${note.note}`))), next !== null && h('p', {class: 'muted'}, 'Only the newest 300 changes are shown: choose an environment or an object to see older ones.'));
    page.list(focusList(() => [...place.querySelectorAll('summary')]));
  }
  const change = (name, value) => {
    page.setQuery({[name]: value});
    load().catch((error) => { if (error.name !== 'AbortError') replace(place, errorState(error, () => change(name, value))); });
  };
  replace(view, filterBar([{name: 'environment', label: 'Environment', type: 'select', options: [['', 'all'], ...names.map((name) => [name, name])]},
    {name: 'severity', label: 'Severity', type: 'select', options: [['', 'any'], ['medium', 'medium or worse'], ['high', 'high or worse'], ['critical', 'critical']]},
    {name: 'object', label: 'Object', type: 'text', placeholder: 'dotted path'}], query, change), place);
  await load();
}

const SHOW = {differences: showDifferences, spread: showSpread, instances: showInstances, history: showHistory};

/* ---- all of it ---- */

export async function render(view, params, page) {
  const [name] = params.parts, {query} = params, state = {};
  const chosen = VIEWS.some(([key]) => key === query.get('view')) ? query.get('view') : 'differences';
  const strip = h('div'), place = h('div', null, loading());
  if (name === undefined) throw new Error('the address names no database');

  async function load() {
    const {databases: [database]} = await page.get('/api/v1/fleet', {database: name});
    const pair = choosePair(database, query);
    page.heading(crumbs(['Fleet', url('fleet')], name), verdictTag(database.verdict));
    page.actions(page.has('diagram') && database.environments.length > 0 && linkButton('Diagram', url('diagram', `${name}@${database.environments.at(-1).environment}`), {icon: 'diagram'}),
      page.has('drift') && linkButton('In the inbox', url('drift', {database: name}), {icon: 'drift'}));
    replace(strip, environmentStrip(database, chosen === 'differences' && pair ? pair : {}), tabs(VIEWS.map(([key, text]) => ({name: key, text,
      href: url('database', name, {...(key === 'differences' && pair ? pair : {}), view: key === 'differences' ? null : key})})), chosen, 'Views'));
    await SHOW[chosen](place, page, query, database, pair, state);
  }

  replace(view, strip, h('h2', {class: 'visually-hidden'}, VIEWS.find(([key]) => key === chosen)[1]), place);
  await load();
  page.keys({keys: 'v', what: 'next view', run: () => {
    const at = VIEWS.findIndex(([key]) => key === chosen);
    location.hash = url('database', name, {view: VIEWS[(at + 1) % VIEWS.length][0]});
  }});
  page.live(['drift*', 'schema-changed', 'snapshot-recorded', 'target-*'], (events) => {
    if (events.some((event) => event.database === undefined || event.database === name)) load().catch((error) => { if (error.name !== 'AbortError') console.warn(error); });
  });
}
