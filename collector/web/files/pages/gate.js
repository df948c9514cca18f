/* The gate: may an environment be promoted to the next, what it answered before, and why. */
import {h, replace} from '../dom.js';
import {allowed, askForm, button, causeTag, chip, copyButton, counts, crumbs, effectMark, empty, filterBar, kindName, plural, ref, section, sentence, severityTag, stateTag, table, time, toast,
  total, url, verdictTag} from '../ui.js';

const MOST = 500;

export const title = ({parts}) => parts.length > 0 ? `Gate run #${parts[0]}` : 'Gate';

const promotion = (run) => `${run.from ?? run.reference_name ?? 'a snapshot'} → ${run.to}`;

/* ---- what it answered ---- */

/* What stands between backquotes is to be typed. */
const typed = (text) => text.split('`').map((part, i) => i % 2 === 1 ? h('code', null, part) : sentence(part));

function reasonItem(reason) {
  return h('li', {class: `reason reason-${reason.verdict.toLowerCase()}`}, verdictTag(reason.verdict), h('div', null,
    h('p', null, h('strong', null, sentence(reason.message))), h('p', {class: 'muted'}, typed(reason.advice)),
    h('p', {class: 'reason-more'}, reason.severity && severityTag(reason.severity),
      reason.drift && h('a', {href: url('drift', String(reason.drift))}, `drift #${reason.drift}`),
      reason.contract && h('a', {href: url('contracts', {contract: reason.contract})}, `contract ${reason.contract}`),
      reason.consumers.length > 0 && h('span', {class: 'muted'}, `read by ${reason.consumers.join(', ')}`),
      reason.until && h('span', null, 'until ', time(reason.until)))));
}

function side(name, part) {
  if (part === null) return null;
  return h('div', {class: 'gate-side card'}, h('h2', null, name), h('p', {class: 'gate-environment'}, part.environment),
    h('p', {class: 'muted'}, part.instances === 1 ? 'one instance' : `${part.instances} instances`, ', looked at ', time(part.checked_at)),
    part.root && h('p', {class: 'hash'}, h('code', {title: part.root}, `${part.root.slice(0, 16)}…`), copyButton(part.root, 'root')));
}

function planTable(answer) {
  if (answer.plan.length === 0) return empty('Nothing would change', 'Both sides are alike.');
  return table({
    label: 'What the promotion brings', rows: answer.plan, href: ({id}) => id === null ? null : url('drift', String(id)),
    columns: [
      {title: 'Severity', class: 'word', cell: ({severity}) => severityTag(severity)},
      {title: 'What', link: true, cell: (drift) => h('span', {class: 'what'}, effectMark(drift.effect), h('span', {class: 'muted'}, `${kindName(drift.kind)} `), ref(drift.object))},
      {title: 'Cause', phone: false, cell: ({cause}) => causeTag(cause)},
      {title: 'State', phone: false, class: 'word', cell: ({state}) => stateTag(state)},
      {title: 'Since', phone: false, class: 'number', cell: ({opened_at: at}) => time(at)},
    ],
  });
}

function answerView(answer) {
  return [
    h('div', {class: 'gate-head'}, h('div', {class: 'gate-verdict'}, verdictTag(answer.verdict), answer.pinned && chip('approved', 'The root of what is promoted is pinned.')),
      side('What is promoted', answer.from), answer.reference && h('div', {class: 'gate-side card'}, h('h2', null, 'In its place'), h('p', {class: 'gate-environment'}, answer.reference.name)),
      side('Where to', answer.to)),
    answer.reasons.length > 0 && section('What stands in the way', h('ul', {class: 'reasons'}, answer.reasons.map(reasonItem))),
    section(`What it would bring (${answer.plan.length})`,
      total(answer.summary) > 0 && h('p', {class: 'plan-counts'}, counts(answer.summary), answer.waived > 0 && h('span', {class: 'muted'}, ` and ${answer.waived} waived`)), planTable(answer)),
  ];
}

async function renderRun(view, number, page) {
  const answer = await page.get(`/api/v1/gate/runs/${number}`);
  page.heading(crumbs(['Gate', url('gate')], `${answer.database}: ${answer.from?.environment ?? answer.reference?.name} → ${answer.to.environment}`));
  page.note(`run #${number}, `, time(answer.at));
  page.actions(answer.from && allowed(page, 'gate', 'to ask again', button('Ask again…', () => ask(page, {database: answer.database, from: answer.from.environment, to: answer.to.environment}), {icon: 'refresh'})));
  replace(view, answerView(answer));
}

/* ---- asking ---- */

async function run(page, {database, from, to, pin = false}) {
  const answer = await page.send('POST', '/api/v1/gate', undefined, {database, from, to, pin: pin ? 'true' : null});
  toast(`${database}: ${from} → ${to}: ${answer.verdict}`);
  location.hash = url('gate', String(answer.run));
}

async function ask(page, known = {}) {
  const {databases} = await page.get('/api/v1/fleet');
  const steps = databases.flatMap(({database, steps: list}) => list.map(({from, to}) => [`${database}\n${from}\n${to}`, `${database}: ${from} → ${to}`]));
  if (steps.length === 0) return toast('No database has two environments on its promotion path', {error: true});
  await askForm({
    title: 'Ask the gate',
    intro: 'The answer is kept with the roots of both sides.',
    fields: [
      {name: 'step', label: 'Promotion', type: 'select', options: steps, value: `${known.database}\n${known.from}\n${known.to}`},
      {name: 'pin', label: 'Approve the root, if it passes', type: 'checkbox'},
    ],
    submit: 'Ask',
    run({step, pin}) {
      const [database, from, to] = step.split('\n');
      return run(page, {database, from, to, pin});
    },
  });
}

/* ---- all runs ---- */

const FILTERS = [
  {name: 'database', label: 'Database', type: 'search', placeholder: 'all'},
  {name: 'verdict', label: 'Verdict', type: 'select', options: [['', 'any'], ['PASS', 'pass'], ['BLOCKED', 'blocked'], ['UNKNOWN', 'unknown']]},
  {name: 'pinned', label: 'Approved', type: 'select', options: [['', 'all runs'], ['true', 'approved only']]},
];

export async function render(view, params, page) {
  if (params.parts.length > 0) return renderRun(view, params.parts[0], page);
  const {query} = params, list = h('div');
  let rows = [], complete = true;

  function draw() {
    const text = (query.get('database') ?? '').toLowerCase(), verdict = query.get('verdict');
    const found = rows.filter((row) => row.database.toLowerCase().includes(text) && (!verdict || row.verdict === verdict));
    page.note(`${plural(found.length, 'run')}${complete ? '' : `; the newest ${MOST} were looked at`}`);
    replace(list, found.length === 0 && rows.length > 0
      ? empty('No run matches', 'Take a filter away to see more.') : found.length === 0
      ? empty('Nobody has asked the gate yet', 'In CI: driftline gate DATABASE --from ENVIRONMENT --to ENVIRONMENT. Here: Ask the gate.')
      : table({
        label: 'Gate runs', rows: found, href: ({id}) => url('gate', String(id)),
        columns: [
          {title: 'Verdict', cell: (row) => verdictTag(row.verdict), class: 'word'},
          {title: 'Database', link: true, cell: ({database}) => h('bdi', null, database)},
          {title: 'Promotion', cell: (row) => h('bdi', null, promotion(row))},
          {title: 'Approved', phone: false, cell: ({pinned}) => pinned ? chip('approved') : ''},
          {title: 'By', phone: false, cell: ({by}) => h('bdi', null, by)},
          {title: 'When', class: 'number', cell: ({at}) => time(at)},
        ],
      }));
  }

  async function load() {
    ({rows, complete} = await page.pages('/api/v1/gate/runs', 'runs', {pinned: query.get('pinned')}, MOST));
    draw();
  }

  page.actions(allowed(page, 'gate', 'to ask the gate', button('Ask the gate…', () => ask(page), {kind: 'primary', icon: 'gate'})));
  if (page.may('gate')) page.keys({keys: 'n', what: 'ask the gate', run: () => ask(page)});
  replace(view, filterBar(FILTERS, query, (name, value) => { page.setQuery({[name]: value}); if (name === 'pinned') load(); else draw(); }), list);
  await load();
  page.live('gate-*', () => load().catch(() => {}));
}
