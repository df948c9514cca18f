/* The fleet: a row for each database, a column for each environment, and between neighbours what a promotion would change.
 * What is worst comes first. */
import {h, hidden, replace} from '../dom.js';
import {SEVERITIES, byName, counts, effectMark, empty, filterBar, icon, bars, kindName, plural, ref, section, severityTag, time, total, url, verdictSign, verdictTag, virtualTable, worst} from '../ui.js';

const WEIGHT = {critical: 1e9, high: 1e6, medium: 1e3, low: 1};
const VERDICTS = [['DRIFTED', 'drifted', 'drifted'], ['UNKNOWN', 'unknown', 'unknown'], ['IN_SYNC', 'in sync', 'in_sync']];

export const title = () => 'Fleet';

const weigh = (summary) => SEVERITIES.reduce((sum, severity) => sum + WEIGHT[severity] * Math.min(999, summary?.[severity] ?? 0), 0);

const add = (sum, summary) => {
  for (const severity of SEVERITIES) sum[severity] += summary?.[severity] ?? 0;
  return sum;
};

/* What a row needs, worked out once for each answer. */
function prepare(database) {
  const summary = {critical: 0, high: 0, medium: 0, low: 0};
  database.steps.forEach((step) => add(summary, step.summary));
  database.environments.forEach(({variants}) => variants.filter(({majority}) => !majority).forEach((variant) => add(summary, variant.summary)));
  const changes = database.environments.flatMap(({variants}) => variants.map(({since}) => since)).filter(Boolean).sort();
  const looks = database.environments.map(({checked_at: at}) => at);
  return {...database, summary, weight: weigh(summary) + (database.verdict === 'UNKNOWN' ? 0.5 : 0),
    changed: changes.at(-1) ?? null, unknown: database.environments.find(({unknown_reason: reason}) => reason)?.unknown_reason ?? null,
    checked: looks.includes(null) || looks.length === 0 ? null : looks.sort()[0],
    targets: database.environments.reduce((sum, {targets}) => sum + targets.length, 0),
    byName: new Map(database.environments.map((environment) => [environment.environment, environment]))};
}

const ORDERS = {
  worst: (a, b) => b.weight - a.weight || rankOf(a) - rankOf(b) || byName(a.database, b.database),
  name: (a, b) => byName(a.database, b.database),
  oldest: (a, b) => String(a.checked ?? '').localeCompare(String(b.checked ?? '')),
};
const rankOf = ({verdict}) => ['DRIFTED', 'UNKNOWN', 'IN_SYNC'].indexOf(verdict);

function matches(row, query) {
  const text = (query.get('q') ?? '').toLowerCase(), verdict = query.get('verdict'), severity = query.get('severity');
  if (verdict && !verdict.split(',').includes(row.verdict)) return false;
  if (severity && !SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1).some((name) => row.summary[name] > 0)) return false;
  return text.split(/\s+/).every((word) => row.database.toLowerCase().includes(word) ||
    row.environments.some(({environment, targets}) => environment.toLowerCase().includes(word) ||
      targets.some(({instance, agent}) => instance.toLowerCase().includes(word) || (agent ?? '').toLowerCase().includes(word))));
}

/* How many instances have which variant, as one bar: the majority, then the others. */
function variantBar(environment) {
  const known = environment.variants.reduce((sum, {count}) => sum + count, 0), missing = environment.targets.length - known;
  if (environment.targets.length < 2) return null;
  return h('span', {class: 'variants', 'aria-hidden': 'true'},
    environment.variants.map((variant) => h('span', {class: variant.majority ? 'variant majority' : 'variant other', style: {'flex-grow': String(variant.count)}})),
    missing > 0 && h('span', {class: 'variant missing', style: {'flex-grow': String(missing)}}));
}

/* "2+1": two instances alike, and one that is different. */
function instanceWords({targets, variants}) {
  return targets.length < 2 ? null : variants.length > 1 ? variants.map(({count}) => count).join('+') : String(targets.length);
}

function stepMark(step) {
  const severity = worst(step.summary), number = total(step.summary);
  if (step.verdict === 'UNKNOWN') return h('span', {class: 'step verdict-unknown', title: `${step.from} → ${step.to}: ${step.unknown_reason ?? 'unknown'}`},
    icon('unknown'), hidden(`promotion from ${step.from} unknown, `));
  if (number === 0) return h('span', {class: 'step step-none', title: `${step.from} and ${step.to} are alike`}, '=', hidden(' as the one before, '));
  return h('span', {class: `step severity-${severity}`, title: `${step.from} → ${step.to}: ${plural(number, 'difference')}, the worst ${severity}`},
    bars(severity), String(number), hidden(` differences to ${step.from}, the worst ${severity}, `));
}

function environmentCell(row, name) {
  const environment = row.byName.get(name);
  if (environment === undefined) return h('span', {class: 'absent', 'aria-label': 'none'}, '–');
  const step = row.steps.find(({to}) => to === name);
  const words = instanceWords(environment);
  return h('span', {class: 'environment-cell'}, step ? stepMark(step) : h('span', {class: 'step step-first', 'aria-hidden': 'true'}),
    verdictSign(environment.verdict, environment.unknown_reason ?? null), variantBar(environment), words && h('span', {class: 'instances', title: `${environment.targets.length} instances, ${environment.variants.length} variants`}, words, hidden(' instances')));
}

/* How many there are; when nothing is known, why. */
function differencesCell(row) {
  return total(row.summary) === 0 && row.verdict === 'UNKNOWN' ? h('span', {class: 'muted', title: row.unknown}, row.unknown ?? 'not known') : counts(row.summary, 'none');
}

/* The same in a row of a telephone: each environment with its sign, arrows between them. */
function pathStrip(row) {
  return h('span', {class: 'strip'}, row.environments.map((environment) => {
    const step = row.steps.find(({to}) => to === environment.environment);
    return h('span', {class: 'strip-part'}, step && (step.verdict === 'UNKNOWN' || total(step.summary) > 0) && stepMark(step), verdictSign(environment.verdict), h('span', null, environment.environment));
  }));
}

/* The environments that have a column: the path, and the commonest others. */
function columnsOf(fleet, rows) {
  const seen = new Map();
  for (const row of rows) for (const {environment} of row.environments) seen.set(environment, (seen.get(environment) ?? 0) + 1);
  const onPath = fleet.path.filter((name) => seen.has(name));
  const others = [...seen].filter(([name]) => !onPath.includes(name)).sort((a, b) => b[1] - a[1] || byName(a[0], b[0]));
  return [...onPath, ...others.map(([name]) => name)].slice(0, Math.max(6, onPath.length));
}

function makeTable(names) {
  return virtualTable({
    label: 'Databases', key: (row) => row.database, rows: [], tableClass: 'fleet-table',
    href: (row) => url('database', row.database),
    empty: () => empty('No database matches', 'Take a filter away to see more.'),
    columns: [
      {title: 'Database', width: 'minmax(7.5rem, 1.6fr)', phoneWidth: 'minmax(0, 1fr)', link: true, class: 'database-name', cell: (row) => h('bdi', {title: row.database}, row.database)},
      {title: 'Verdict', width: '6.7rem', phoneWidth: 'auto', cell: (row) => verdictTag(row.verdict, row.unknown)},
      ...names.map((name) => ({title: name, width: 'minmax(5.5rem, 1fr)', phone: false, class: 'environment-column', cell: (row) => environmentCell(row, name)})),
      {title: 'Differences', width: 'minmax(11.5rem, 1.1fr)', phone: false, cell: differencesCell},
      {title: 'Changed', width: '6rem', phone: false, wide: true, class: 'number checked', cell: (row) => time(row.changed, '–')},
      {title: 'Looked at', width: '6rem', phoneWidth: 'auto', class: 'number checked', cell: (row) => time(row.checked, 'not yet')},
      {title: 'Environments', class: 'only-phone', width: '0', phoneWidth: '', cell: pathStrip},
    ],
  });
}

/* ---- what to look at first ---- */

const FIRST = 4;

/* The newest of the worst that nobody has decided on: what, where, how bad, since when. */
async function worstDrifts(page) {
  const found = new Map();
  for (const severity of ['critical', 'high']) {
    const {drifts, next} = await page.get('/api/v1/drift', {state: 'open', severity, limit: FIRST});
    for (const drift of drifts) found.set(drift.id, drift);
    if (found.size >= FIRST || severity === 'high') return found.size === 0 ? null : {severity, drifts: [...found.values()].slice(0, FIRST), more: next !== null || found.size > FIRST};
  }
  return null;
}

function firstItem(drift) {
  const place = drift.instance ? `${drift.database}@${drift.to}/${drift.instance}` : `${drift.database}: ${drift.from} → ${drift.to}`;
  return h('li', null, h('a', {class: 'first-link', href: url('drift', String(drift.id))}, severityTag(drift.severity), h('span', {class: 'first-what'}, effectMark(drift.effect), h('span', {class: 'muted'}, kindName(drift.kind)), ' ', ref(drift.object)),
    h('bdi', {class: 'first-where'}, place), h('span', {class: 'first-when'}, 'since ', time(drift.opened_at))));
}

function firstSection(found) {
  return found && h('div', {class: 'first'}, section('Look at this first', h('ul', {class: 'first-list card'}, found.drifts.map(firstItem)),
    found.more && h('p', {class: 'first-more'}, h('a', {href: url('drift', {state: 'open', severity: found.severity})}, `All that are ${found.severity === 'critical' ? 'critical' : `${found.severity} or worse`}`))));
}

function summaryButtons(fleet, query, change) {
  const chosen = query.get('verdict');
  return h('div', {class: 'totals', role: 'group', 'aria-label': 'Verdicts'}, VERDICTS.map(([verdict, text, key]) =>
    h('button', {type: 'button', class: `total total-${verdict.toLowerCase()}`, 'aria-pressed': String(chosen === verdict),
      on: {click: () => change('verdict', query.get('verdict') === verdict ? '' : verdict)}},
    h('span', {class: 'total-number'}, String(fleet.summary[key])), verdictSign(verdict), h('span', null, text))));
}

function legend() {
  return h('p', {class: 'legend not-phone', 'aria-hidden': 'true'}, h('span', {class: 'step severity-high'}, bars('high'), '3'), 'differences to the environment before',
    h('span', {class: 'step step-none'}, '='), 'alike', h('span', {class: 'variants'}, h('span', {class: 'variant majority', style: {'flex-grow': '2'}}),
      h('span', {class: 'variant other', style: {'flex-grow': '1'}})), h('span', {class: 'instances'}, '2+1'), 'two instances alike, one different');
}

const FILTERS = [
  {name: 'q', label: 'Find', type: 'search', placeholder: 'database, environment, instance, agent'},
  {name: 'severity', label: 'Differences', type: 'select', options: [['', 'any'], ['low', 'any that differ'], ['medium', 'medium or worse'],
    ['high', 'high or worse'], ['critical', 'critical']]},
  {name: 'order', label: 'Order', type: 'select', options: [['', 'worst first'], ['name', 'by name'], ['oldest', 'longest not looked at']]},
];

export async function render(view, params, page) {
  const {query} = params;
  const totals = h('div'), first = h('div'), shown = h('p', {class: 'visually-hidden', role: 'status'});
  let fleet = null, rows = [], list = null, names = '';

  function change(name, value) {
    page.setQuery({[name]: value});
    draw();
  }

  function draw() {
    const found = rows.filter((row) => matches(row, query)).sort(ORDERS[query.get('order')] ?? ORDERS.worst);
    replace(totals, summaryButtons(fleet, query, change));
    list.setRows(found);
    replace(shown, `${found.length} of ${plural(rows.length, 'database')}`);
    page.note(`${plural(rows.length, 'database')}, ${plural(rows.reduce((sum, row) => sum + row.targets, 0), 'target')}, as of `, time(fleet.at));
  }

  async function load() {
    const [answer, worstOnes] = await Promise.all([page.get('/api/v1/fleet'), worstDrifts(page)]);
    fleet = answer;
    rows = fleet.databases.map(prepare);
    if (rows.length === 0) {
      page.note('Nothing is watched yet.');
      replace(view, empty('No agent has reported yet',
        'Enrol an agent, and its databases appear here by themselves: driftline agents enroll NAME --key KEY --grant DATABASE@ENVIRONMENT'));
      names = '';
      return;
    }
    const columns = columnsOf(fleet, rows);
    if (names !== columns.join('\n')) {
      names = columns.join('\n');
      list = makeTable(columns);
      replace(view, totals, first, filterBar(FILTERS, query, change), shown, h('div', {class: columns.length > 4 ? 'fleet-scroll many' : 'fleet-scroll'}, list), legend());
      list.style.setProperty('--narrowest', `${43 + 6.25 * columns.length}rem`);
    }
    replace(first, firstSection(worstOnes));
    draw();
  }

  /* A large fleet takes its time: nine tenths of it are left for others, however much happens. */
  let next = 0, isWaiting = false;
  async function quietly() {
    if (isWaiting) return;
    isWaiting = true;
    await new Promise((resolve) => { setTimeout(resolve, Math.max(0, next - performance.now())); });
    const begun = performance.now();
    if (!page.signal.aborted) await load().catch((error) => { if (error.name !== 'AbortError') console.warn(error); });
    next = performance.now() + 9 * (performance.now() - begun);
    isWaiting = false;
  }

  await load();
  page.live(null, quietly);
  page.every(30, quietly);
}
