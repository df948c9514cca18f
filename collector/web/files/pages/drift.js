/* The drift inbox: all differences that live, to be looked through, acknowledged and accepted; and one of them with all that
 * happened in its life. */
import {h, hidden, replace} from '../dom.js';
import {SEVERITIES, actor, allowed, askForm, attributeDiff, button, causeTag, chip, crumbs, effectMark, empty, filterBar, kindName, linkButton, plural, ref, section, sentence, severityTag,
  stateTag, time, toast, url, virtualTable, duration} from '../ui.js';

const MOST = 10000, DAY = 86400000;

export const title = ({parts}) => parts.length > 0 ? `Drift #${parts[0]}` : 'Drift';

const place = (drift) => drift.instance ? `${drift.database}@${drift.to}/${drift.instance}` : `${drift.database}: ${drift.from} → ${drift.to}`;
const isAlive = (drift) => drift.state !== 'ended';

/* ---- what can be done ---- */

async function acknowledge(page, drifts, done) {
  const open = drifts.filter(({state}) => state === 'open');
  if (open.length === 0) return toast('Only what is open can be acknowledged', {error: true});
  await askForm({
    title: open.length === 1 ? `Acknowledge ${open[0].object}` : `Acknowledge ${plural(open.length, 'difference')}`,
    intro: 'It stays a difference, and still counts at the gate. Others see that somebody knows of it, and nobody is woken for it any more.',
    fields: [{name: 'note', label: 'Note', type: 'textarea', hint: 'Who looks after it, and until when.'}],
    submit: 'Acknowledge',
    async run({note}) {
      for (const drift of open) await page.send('POST', `/api/v1/drift/${drift.id}/acknowledge`, note === '' ? {} : {note});
      toast(open.length === 1 ? `${open[0].object} is acknowledged` : `${open.length} differences are acknowledged`);
      done();
    },
  });
}

/* The end of the day that is so far away, as a date field has it. */
const inDays = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

async function waive(page, drifts, done) {
  const living = drifts.filter(isAlive);
  if (living.length === 0) return toast('Nothing is left of it to be waived', {error: true});
  await askForm({
    title: living.length === 1 ? `Waive ${living[0].object}` : `Waive ${plural(living.length, 'difference')}`,
    intro: 'It is accepted as it is now, for a time. When it changes, or the time is over, it is open again.',
    fields: [
      {name: 'reason', label: 'Reason', type: 'textarea', required: true, hint: 'Whoever meets it later reads this.'},
      {name: 'expires', label: 'Until', type: 'date', required: true, value: inDays(14), min: inDays(1)},
    ],
    submit: 'Waive',
    async run({reason, expires}) {
      const pairs = new Map();
      for (const drift of living) {
        const key = [drift.database, drift.from, drift.to, drift.instance].join('\n');
        pairs.set(key, [...(pairs.get(key) ?? []), drift.id]);
      }
      await page.send('POST', '/api/v1/waivers',
        {waivers: [...pairs.values()].map((ids) => ({drifts: ids, reason, expires: `${expires}T23:59:59Z`}))});
      toast(living.length === 1 ? `${living[0].object} is waived until ${expires}` : `${living.length} differences are waived until ${expires}`);
      done();
    },
  });
}

async function reopen(page, drift, done) {
  await askForm({
    title: `Reopen ${drift.object}`,
    fields: [{name: 'note', label: 'Note', type: 'textarea'}],
    submit: 'Reopen',
    async run({note}) {
      await page.send('POST', `/api/v1/drift/${drift.id}/reopen`, note === '' ? {} : {note});
      toast(`${drift.object} is open again`);
      done();
    },
  });
}

/* ---- one of them ---- */

const STEPS = {
  opened: 'began to differ', changed: 'changed', reopened: 'open again', acknowledged: 'acknowledged', waived: 'waived', ended: 'over',
  renamed: 'renamed', hidden: 'cannot be read', visible: 'can be read again', explained: 'explained as',
};

function stepItem(drift, step) {
  const side = step.side === null ? null : step.side === 'to' ? drift.to : drift.instance ? 'the majority' : drift.from;
  return h('li', {class: `life-step life-${step.what}`}, h('span', {class: 'life-when'}, time(step.at)),
    h('div', null, h('span', {class: 'life-what'}, STEPS[step.what] ?? step.what), side && ` in ${side}`,
      step.there === false && ', where it is not there any more', step.by && h('span', null, ' by ', h('bdi', null, step.by)), ' ', actor(step),
      step.note && h('p', {class: 'muted'}, sentence(step.note))));
}

function fact(name, ...value) {
  return h('div', {class: 'detail'}, h('dt', null, name), h('dd', null, value));
}

function facts(drift) {
  return h('dl', {class: 'details card'},
    fact('Where', h('a', {href: url('database', drift.database, drift.instance ? {} : {from: drift.from, to: drift.to})}, place(drift))),
    fact('State', stateTag(drift.ending ?? drift.state), drift.hidden && chip('cannot be read now', 'This is how it was known last.')),
    fact('Cause', causeTag(drift.cause)),
    fact('Severity', severityTag(drift.severity), h('span', {class: 'muted'}, ` ${drift.rule}`)),
    fact('Since', time(drift.opened_at)),
    drift.changed_at !== drift.opened_at && fact('Changed', time(drift.changed_at)),
    drift.ended_at && fact('Over', time(drift.ended_at)),
    drift.lead_seconds !== null && fact('Lead time', duration(drift.lead_seconds)),
    drift.change && fact('Changed by', actor(drift.change) ?? h('span', {class: 'muted'}, 'not known'),
      h('span', {class: 'muted'}, ` in ${drift.change.environment}, `), time(drift.change.at)),
    drift.change?.statement && fact('Statement', h('pre', {class: 'statement'}, drift.change.statement)),
    drift.acknowledged && fact('Acknowledged', `by ${drift.acknowledged.by}, `, time(drift.acknowledged.at)),
    drift.waiver && fact('Waived', 'until ', time(drift.waiver.until)),
    drift.reopened > 0 && fact('Reopened', drift.reopened === 1 ? 'once' : `${drift.reopened} times`));
}

function contractsOf(drift) {
  if (drift.contracts.length === 0) return null;
  return section('Contracts that read it', h('ul', {class: 'plain-list'}, drift.contracts.map((entry) => h('li', null,
    h('a', {href: url('contracts', {contract: entry.contract})}, entry.contract), entry.violated && ' would not hold after a promotion',
    entry.consumers.length > 0 && h('span', {class: 'muted'}, `, read by ${entry.consumers.join(', ')}`)))));
}

async function renderOne(view, number, page) {
  const drift = await page.get(`/api/v1/drift/${number}`);
  const again = () => page.reload();
  const [old, fresh] = drift.instance ? ['the majority', drift.instance] : [drift.to, drift.from];
  page.heading(crumbs(['Drift', url('drift')], h('span', null, effectMark(drift.effect), ' ', ref(drift.object))));
  page.note(`${kindName(drift.kind)}, #${drift.id}`);
  page.actions(
    isAlive(drift) && allowed(page, 'operate', 'to acknowledge and waive',
      drift.state === 'open' && button('Acknowledge…', () => acknowledge(page, [drift], again), {icon: 'check'}),
      drift.state !== 'waived' && button('Waive…', () => waive(page, [drift], again), {icon: 'clock'}),
      drift.state !== 'open' && button('Reopen…', () => reopen(page, drift, again), {icon: 'refresh'})),
    linkButton('Timeline', url('object', drift.database, {path: drift.owner, kind: drift.object_kind ?? null}), {icon: 'history'}));
  if (isAlive(drift) && page.may('operate')) page.keys({keys: 'a', what: 'acknowledge', run: () => acknowledge(page, [drift], again)}, {keys: 'w', what: 'waive', run: () => waive(page, [drift], again)});
  replace(view, facts(drift),
    section('What differs', attributeDiff(drift.attributes, {effect: drift.effect, old, fresh}),
      drift.renamed_from && h('p', {class: 'muted'}, 'It is called ', ref(drift.renamed_from), ` in ${drift.to}.`)),
    drift.change?.statement && section('The statement', h('pre', {class: 'statement card'}, drift.change.statement)),
    contractsOf(drift),
    section('Its life', h('ol', {class: 'life'}, drift.steps.map((step) => stepItem(drift, step)))),
    drift.previous && h('p', null, h('a', {href: url('drift', String(drift.previous))}, 'The same thing differed before')));
  page.live(['drift-*', 'drifts-*', 'waiver-*'], (events) => { if (events.some(({data}) => data.drift === drift.id || data.drifts?.includes(drift.id))) again(); });
}

/* ---- all of them ---- */

const FILTERS = [
  {name: 'q', label: 'Find', type: 'search', placeholder: 'object, database, environment'},
  {name: 'severity', label: 'Severity', type: 'select', options: [['', 'any'], ['medium', 'medium or worse'], ['high', 'high or worse'], ['critical', 'critical']]},
  {name: 'order', label: 'Order', type: 'select', options: [['', 'worst first'], ['newest', 'newest first'], ['oldest', 'oldest first']]},
  {name: 'cause', label: 'Cause', type: 'toggles', options: ['pending', 'hotfix', 'diverged', 'baseline', 'outlier'].map((cause) => [cause, cause])},
  {name: 'state', label: 'State', type: 'toggles', options: ['open', 'acknowledged', 'waived', 'ended'].map((state) => [state, state])},
];
const ASKED = ['database', 'from', 'to', 'severity', 'cause', 'state', 'object'];

const rank = ({severity}) => SEVERITIES.indexOf(severity);
const ORDERS = {worst: (a, b) => rank(a) - rank(b) || b.id - a.id, newest: (a, b) => b.id - a.id, oldest: (a, b) => a.id - b.id};

function matches(drift, text) {
  const all = `${drift.object} ${drift.kind} ${place(drift)} ${drift.change?.actor ?? ''} ${drift.change?.role ?? ''} ${drift.change?.application ?? ''}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

class Inbox {
  constructor(view, params, page) {
    Object.assign(this, {view, params, page, rows: [], chosen: new Set()});
    this.bar = h('div', {class: 'selection', role: 'status'});
    this.list = virtualTable({
      label: 'Differences', key: ({id}) => id, rows: [], tableClass: 'drift-table', href: ({id}) => url('drift', String(id)),
      rowClass: ({id}) => this.chosen.has(id) ? 'chosen' : null,
      empty: () => empty('Nothing differs here', 'As far as these filters see: take one away to see more.'),
      columns: [
        ...(page.may('operate') ? [{title: hidden('Chosen'), width: '1.6rem', cell: (drift) => this.checkbox(drift)}] : []),
        {title: 'Severity', width: '6.2rem', phone: false, cell: ({severity}) => severityTag(severity)},
        {title: 'What', width: 'minmax(12rem, 2.4fr)', phoneWidth: 'minmax(0, 1fr)', link: true, cell: (drift) => h('span', {class: 'what'}, effectMark(drift.effect),
          h('span', {class: 'muted kind'}, `${kindName(drift.kind)} `), h('span', {class: 'name', title: drift.object}, ref(drift.object)))},
        {title: 'Where', width: 'minmax(9rem, 1.3fr)', phone: false, cell: (drift) => h('bdi', {title: place(drift)}, place(drift))},
        {title: 'Cause', width: '5.6rem', phoneWidth: '5.6rem', cell: ({cause}) => causeTag(cause)},
        {title: 'State', width: '8.2rem', phone: false, cell: (drift) => stateTag(drift.ending ?? drift.state)},
        {title: 'By', width: 'minmax(5rem, 0.8fr)', phone: false, wide: true, cell: (drift) => actor(drift.change, {brief: true}) ?? h('span', {class: 'muted'}, '–')},
        {title: 'Since', width: '5.5rem', phone: false, class: 'number', cell: ({opened_at: at}) => time(at)},
        {title: 'Severity and where', class: 'only-phone under', width: '0', phoneWidth: '', cell: (drift) => [severityTag(drift.severity), ' ', h('bdi', null, place(drift))]},
      ],
    });
    replace(view, filterBar(FILTERS, params.query, (name, value) => this.change(name, value)), this.bar, this.list);
    if (page.may('operate')) page.keys(
      {keys: 'x', what: 'choose the row', run: () => this.toggle(this.focused())},
      {keys: 'a', what: 'acknowledge', run: () => acknowledge(page, this.meant(), () => this.done())},
      {keys: 'w', what: 'waive', run: () => waive(page, this.meant(), () => this.done())});
  }

  checkbox(drift) {
    return h('input', {type: 'checkbox', checked: this.chosen.has(drift.id), 'aria-label': `Choose ${drift.object}`, disabled: !isAlive(drift),
      on: {change: () => this.toggle(drift), click: (event) => event.stopPropagation()}});
  }

  focused() {
    const row = document.activeElement?.closest?.('.vrow');
    return row && this.list.contains(row) ? this.shown[Number(row.dataset.number)] ?? null : null;
  }

  /* What a key is about: the chosen ones, or else the row with the focus. */
  meant() {
    const chosen = this.rows.filter(({id}) => this.chosen.has(id)), row = this.focused();
    return chosen.length > 0 || row === null ? chosen : [row];
  }

  toggle(drift) {
    if (drift === null || !isAlive(drift)) return;
    if (!this.chosen.delete(drift.id)) this.chosen.add(drift.id);
    this.draw();
  }

  change(name, value) {
    this.page.setQuery({[name]: value});
    if (name === 'q' || name === 'order') this.draw();
    else this.load();
  }

  done() {
    this.chosen.clear();
    this.load();
  }

  async load() {
    const {query} = this.params, asked = Object.fromEntries(ASKED.map((name) => [name, query.get(name)]));
    const {rows, complete} = await this.page.pages('/api/v1/drift', 'drifts', asked, MOST);
    this.rows = rows;
    this.complete = complete;
    for (const id of [...this.chosen]) if (!rows.some((row) => row.id === id && isAlive(row))) this.chosen.delete(id);
    this.draw();
  }

  draw() {
    this.shown = this.rows.filter((drift) => matches(drift, this.params.query.get('q') ?? '')).sort(ORDERS[this.params.query.get('order')] ?? ORDERS.worst);
    this.list.setRows(this.shown);
    this.page.note(`${plural(this.shown.length, 'difference')}${this.complete ? '' : ` of the newest ${MOST}; there are more`}`);
    const count = this.chosen.size, meant = () => this.meant(), done = () => this.done();
    replace(this.bar, count > 0 && h('div', {class: 'selection-bar card'}, h('strong', null, `${count} chosen`),
      button('Acknowledge…', () => acknowledge(this.page, meant(), done), {icon: 'check'}),
      button('Waive…', () => waive(this.page, meant(), done), {icon: 'clock'}),
      button('Choose none', () => { this.chosen.clear(); this.draw(); })));
  }
}

export async function render(view, params, page) {
  if (params.parts.length > 0) return renderOne(view, params.parts[0], page);
  const inbox = new Inbox(view, params, page);
  await inbox.load();
  page.live(['drift-*', 'drifts-*', 'waiver-*'], () => inbox.load().catch((error) => { if (error.name !== 'AbortError') console.warn(error); }));
}
