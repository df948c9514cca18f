/* Notifications: where they go, how that works, and what could not be delivered. */
import {h, replace} from '../dom.js';
import {allowed, askForm, button, chip, crumbs, empty, filterBar, plural, section, sentence, severityTag, stateTag, table, time, toast, url} from '../ui.js';

const MOST = 200, FEW = 5;

export const title = ({parts}) => parts.length > 0 ? `Delivery #${parts[0]}` : 'Notifications';

function sinkState(sink) {
  if (sink.failed_at) return 'failed';
  return sink.sent_at ? 'sent' : 'not used yet';
}

async function test(page, sink, done) {
  await askForm({
    title: `Send a test to ${sink.name}`,
    intro: `A message is sent to ${sink.kind} at ${sink.address}, on the way that all others take.`,
    submit: 'Send',
    async run() {
      const {delivery} = await page.send('POST', `/api/v1/sinks/${encodeURIComponent(sink.name)}/test`);
      toast('The test is on its way', {link: {text: `delivery #${delivery}`, href: url('notify', String(delivery))}});
      setTimeout(done, 1500);
    },
  });
}

/* How many wait or are given up, when there are any: a link to these. */
function sinkCount(sink, state, number) {
  return number > 0 && h('a', {class: `sink-count sink-${state}`, href: url('notify', {sink: sink.name, state})}, `${number} ${state}`);
}

function sinkItem(sink, page, done) {
  return h('li', {class: sink.failed_at ? 'sink card is-failed' : 'sink card'},
    h('div', {class: 'sink-head'}, h('a', {class: 'sink-name', href: url('notify', {sink: sink.name})}, h('bdi', null, sink.name)), sink.kind === null ? chip('not in the configuration any more') : chip(sink.kind), sink.kind !== null && stateTag(sinkState(sink))),
    sink.kind !== null && page.may('operate') && h('div', {class: 'sink-test'}, button('Test…', () => test(page, sink, done), {kind: 'small', label: `Send a test to ${sink.name}`})),
    sink.address !== null && h('p', {class: 'sink-where muted'}, h('bdi', null, sink.address)),
    h('p', {class: 'sink-facts'}, sinkCount(sink, 'waiting', sink.waiting), sinkCount(sink, 'dead', sink.dead),
      sink.waiting > 0 && sink.waiting_since && h('span', {class: 'muted'}, 'waiting since ', time(sink.waiting_since)),
      h('span', {class: 'muted'}, 'last sent ', time(sink.sent_at))),
    sink.failed_at && h('p', {class: 'sink-problem'}, sentence(sink.problem), h('span', {class: 'muted'}, ', ', time(sink.failed_at))));
}

/* Those in trouble first. */
function sinkList(answer, page, done) {
  if (answer.sinks.length === 0) return empty('Nobody is told anything yet', 'Sinks and routes are written in the configuration of the collector, under notify.');
  const weight = (sink) => (sink.failed_at ? 4 : 0) + (sink.dead > 0 ? 2 : 0) + (sink.waiting > 0 ? 1 : 0);
  return h('div', null, h('ul', {class: 'sinks', 'aria-label': 'Sinks'}, [...answer.sinks].sort((a, b) => weight(b) - weight(a)).map((sink) => sinkItem(sink, page, done))),
    !page.may('operate') && h('p', {class: 'sinks-note'}, allowed(page, 'operate', 'to send a test')));
}

const WHY = {settling: 'until things settle', quiet: 'quiet time', limit: 'the limit of the route'};

/* What is held back, and why: nobody should wonder where a message is. */
function heldList(answer) {
  if (!answer.held?.length) return null;
  return section('Held back', table({
    label: 'Held back', rows: answer.held, keyboard: false,
    columns: [
      {title: 'About', cell: ({subject}) => subject === '*' ? 'several, beyond the limit' : h('bdi', null, subject)},
      {title: 'Events', class: 'number', cell: ({events}) => String(events)},
      {title: 'Why', cell: ({why}) => WHY[why] ?? why},
      {title: 'Until', class: 'number', cell: ({until}) => time(until, 'not known')},
      {title: 'Sink', phone: false, class: 'name', cell: ({sink}) => h('bdi', null, sink)},
      {title: 'Route', phone: false, class: 'name', cell: ({route}) => h('bdi', null, route)},
    ],
  }));
}

function routeList(answer) {
  if (answer.routes.length === 0) return null;
  const listed = (name, values) => values?.length > 0 && h('span', null, h('span', {class: 'muted'}, `${name} `), values.length <= FEW ? values.join(', ')
    : h('span', {title: values.join(', ')}, values.slice(0, FEW).join(', '), h('span', {class: 'muted'}, ` and ${values.length - FEW} more`)));
  return section('Routes', h('ul', {class: 'routes'}, answer.routes.map((route) => h('li', {class: 'route card'},
    h('strong', null, h('bdi', null, route.name)), severityTag(route.severity), h('span', {class: 'muted'}, 'or worse'),
    route.types.includes('*') ? h('span', null, 'every type') : listed('types', route.types), listed('databases', route.databases), listed('environments', route.environments),
    h('span', {class: 'route-sinks'}, '→ ', route.sinks.map((sink) => [h('a', {href: url('notify', {sink})}, sink), ' ']))))));
}

function deliveryTable(rows) {
  if (rows.length === 0) return empty('No message', 'As far as these filters see.');
  return table({
    label: 'Messages', rows, href: ({id}) => url('notify', String(id)),
    columns: [
      {title: 'State', class: 'word', cell: ({state}) => stateTag(state)},
      {title: 'Message', link: true, cell: (row) => h('bdi', null, sentence(row.title))},
      {title: 'Kind', phone: false, class: 'word', cell: ({kind}) => kind},
      {title: 'Sink', phone: false, class: 'name', cell: ({sink}) => h('bdi', null, sink)},
      {title: 'Route', phone: false, class: 'name', cell: ({route}) => h('bdi', null, route)},
      {title: 'Attempts', phone: false, class: 'number', cell: ({attempts}) => String(attempts)},
      {title: 'When', class: 'number', cell: ({finished_at: end, created_at: begin}) => time(end ?? begin)},
    ],
  });
}

async function replay(page, delivery, done) {
  await askForm({
    title: `Send #${delivery.id} again`,
    intro: 'It is sent with the same id, so that who has it already can tell.',
    submit: 'Send again',
    async run() {
      await page.send('POST', `/api/v1/deliveries/${delivery.id}/replay`);
      toast(`#${delivery.id} is on its way again`);
      done();
    },
  });
}

async function renderOne(view, number, page) {
  const delivery = await page.get(`/api/v1/deliveries/${number}`), {message} = delivery;
  page.heading(crumbs(['Notifications', url('notify')], `#${number}`));
  page.note(h('bdi', null, sentence(delivery.title)));
  page.actions(delivery.state !== 'waiting' && allowed(page, 'operate', 'to send it again', button('Send again…', () => replay(page, delivery, () => page.reload()), {icon: 'refresh'})));
  const facts = [['State', stateTag(delivery.state)], ['Sink', delivery.sink], ['Route', delivery.route], ['About', delivery.subject], ['Made', time(delivery.created_at)],
    ['Finished', time(delivery.finished_at, 'not yet')], ['Attempts', String(delivery.attempts)], ['Next attempt', time(delivery.next_at, 'none')], ['Status', delivery.status === null ? null : String(delivery.status)],
    ['Problem', delivery.problem]];
  replace(view, h('dl', {class: 'details card'}, facts.filter(([, value]) => value !== null).map(([name, value]) => h('div', {class: 'detail'}, h('dt', null, name), h('dd', null, value)))),
    section('What it says', h('div', {class: 'message card'}, h('p', null, severityTag(message.severity), ' ', h('strong', null, sentence(message.title))),
      h('ul', {class: 'plain-list'}, message.lines.map((line) => h('li', null, severityTag(line.severity), ' ', sentence(line.text), line.by && h('span', {class: 'muted'}, ` by ${line.by}`))),
        message.more > 0 && h('li', {class: 'muted'}, `and ${message.more} more`)), message.command && h('p', null, h('code', null, message.command)))),
    section(`Events (${message.events.length})`, h('ul', {class: 'plain-list'}, message.events.map((event) => h('li', null, h('a', {href: url('events', event.id)}, `#${event.id}`), ' ', sentence(event.summary))))));
  if (delivery.state === 'waiting') page.every(2, () => page.reload());
}

const FILTERS = [{name: 'state', label: 'State', type: 'select', options: [['', 'any'], ['waiting', 'waiting'], ['dead', 'dead'], ['sent', 'sent']]}];

export async function render(view, params, page) {
  if (params.parts.length > 0) return renderOne(view, params.parts[0], page);
  const {query} = params, top = h('div'), list = h('div');

  async function load() {
    const [answer, deliveries] = await Promise.all([page.get('/api/v1/notify'),
      page.pages('/api/v1/deliveries', 'deliveries', {state: query.get('state'), sink: query.get('sink')}, MOST)]);
    const dead = answer.sinks.reduce((sum, sink) => sum + sink.dead, 0), waiting = answer.sinks.reduce((sum, sink) => sum + sink.waiting, 0);
    page.note(`${plural(answer.sinks.length, 'sink')}, ${plural(waiting, 'message')} waiting, ${dead} dead`);
    replace(top, answer.problem && h('p', {class: 'problem'}, `The configuration as it is now is not in use: ${answer.problem}`), sinkList(answer, page, quietly), heldList(answer), routeList(answer));
    replace(list, deliveryTable(deliveries.rows));
  }

  const quietly = () => load().catch((error) => { if (error.name !== 'AbortError') console.warn(error); });
  replace(view, top, section(query.get('sink') ? `Messages to ${query.get('sink')}` : 'Messages',
    filterBar(FILTERS, query, (name, value) => { page.setQuery({[name]: value}); quietly(); }),
    query.get('sink') && h('p', null, h('a', {href: url('notify')}, 'Show those to all sinks')), list));
  await load();
  page.live(['delivery-dead', 'notify-test'], quietly);
  page.every(15, quietly);
}
