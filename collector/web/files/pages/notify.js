/* Notifications: where they go, how that works, and what could not be delivered. */
import {h, replace} from '../dom.js';
import {askForm, button, chip, empty, filterBar, section, severityTag, stateTag, table, time, toast, url} from '../ui.js';

const MOST = 200;

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

function sinkTable(answer, page, done) {
  if (answer.sinks.length === 0) return empty('Nobody is told anything yet', 'Sinks and routes are written in the configuration of the collector, under notify.');
  return table({
    label: 'Sinks', rows: answer.sinks, href: ({name}) => url('notify', {sink: name}),
    columns: [
      {title: 'Sink', link: true, cell: ({name}) => h('bdi', null, name)},
      {title: 'Kind', cell: ({kind}) => chip(kind)},
      {title: 'Where to', phone: false, cell: ({address}) => h('bdi', null, address)},
      {title: 'State', cell: (sink) => h('span', null, stateTag(sinkState(sink)), sink.failed_at && h('span', {class: 'muted sink-problem'}, sink.problem))},
      {title: 'Waiting', class: 'number', cell: ({waiting}) => String(waiting)},
      {title: 'Dead', class: 'number', cell: ({dead}) => String(dead)},
      {title: 'Last sent', phone: false, class: 'number', cell: ({sent_at: at}) => time(at)},
      {title: '', cell: (sink) => button('Test…', () => test(page, sink, done), {kind: 'small', label: `Send a test to ${sink.name}`})},
    ],
  });
}

function routeList(answer) {
  if (answer.routes.length === 0) return null;
  const listed = (name, values) => values?.length > 0 && h('span', null, h('span', {class: 'muted'}, `${name} `), values.join(', '));
  return section('Routes', h('ul', {class: 'routes'}, answer.routes.map((route) => h('li', {class: 'route card'},
    h('strong', null, h('bdi', null, route.name)), severityTag(route.severity), h('span', {class: 'muted'}, 'or worse'),
    listed('types', route.types), listed('databases', route.databases), listed('environments', route.environments),
    h('span', {class: 'route-sinks'}, '→ ', route.sinks.map((sink) => [h('a', {href: url('notify', {sink})}, sink), ' ']))))));
}

function deliveryTable(rows) {
  if (rows.length === 0) return empty('No message', 'As far as these filters see.');
  return table({
    label: 'Messages', rows, href: ({id}) => url('notify', String(id)),
    columns: [
      {title: 'State', cell: ({state}) => stateTag(state)},
      {title: 'Message', link: true, cell: (row) => h('bdi', null, row.title)},
      {title: 'Kind', phone: false, cell: ({kind}) => kind},
      {title: 'Sink', cell: ({sink}) => h('bdi', null, sink)},
      {title: 'Route', phone: false, cell: ({route}) => h('bdi', null, route)},
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
  page.heading(h('a', {href: url('notify')}, 'Notifications'), h('span', null, `#${number}`));
  page.note(h('bdi', null, delivery.title));
  page.actions(delivery.state !== 'waiting' && button('Send again…', () => replay(page, delivery, () => page.reload()), {icon: 'refresh'}));
  const facts = [['State', stateTag(delivery.state)], ['Sink', delivery.sink], ['Route', delivery.route], ['About', delivery.subject], ['Made', time(delivery.created_at)],
    ['Finished', time(delivery.finished_at, 'not yet')], ['Attempts', String(delivery.attempts)], ['Next attempt', time(delivery.next_at, 'none')], ['Status', delivery.status === null ? null : String(delivery.status)],
    ['Problem', delivery.problem]];
  replace(view, h('dl', {class: 'details card'}, facts.filter(([, value]) => value !== null).map(([name, value]) => h('div', {class: 'detail'}, h('dt', null, name), h('dd', null, value)))),
    section('What it says', h('div', {class: 'message card'}, h('p', null, severityTag(message.severity), ' ', h('strong', null, message.title)),
      h('ul', {class: 'plain-list'}, message.lines.map((line) => h('li', null, severityTag(line.severity), ' ', line.text, line.by && h('span', {class: 'muted'}, ` by ${line.by}`))),
        message.more > 0 && h('li', {class: 'muted'}, `and ${message.more} more`)), message.command && h('p', null, h('code', null, message.command)))),
    section(`Events (${message.events.length})`, h('ul', {class: 'plain-list'}, message.events.map((event) => h('li', null, h('a', {href: url('events', event.id)}, `#${event.id}`), ' ', event.summary)))));
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
    page.note(`${answer.sinks.length} sinks, ${waiting} messages waiting, ${dead} dead`);
    replace(top, answer.problem && h('p', {class: 'problem'}, `The configuration as it is now is not in use: ${answer.problem}`), sinkTable(answer, page, quietly), routeList(answer));
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
