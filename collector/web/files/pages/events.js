/* What is going on: events as they come, the newest first, and further back as far as one scrolls. */
import {h, replace} from '../dom.js';
import {button, crumbs, empty, filterBar, section, sentence, severityTag, time, url} from '../ui.js';
import {growing} from '../table.js';

const PAGE = 100, KEPT = 1000;

export const title = ({parts}) => parts.length > 0 ? `Event ${parts[0]}` : 'Events';

const nameOf = (event) => event.type.replace(/^driftline\./, '');

/* Where one reads on. */
function linkOf(event) {
  const {data} = event, type = nameOf(event);
  if (data.drift) return url('drift', String(data.drift));
  if (data.run) return url('gate', String(data.run));
  if (data.contract) return url('contracts', {contract: data.contract});
  if (type.startsWith('drift') && event.database) return url('drift', {database: event.database});
  if (type.startsWith('agent')) return url('agents', {q: event.agent ?? ''});
  return event.database ? url('database', event.database) : null;
}

function item(event, isNew = false) {
  const link = linkOf(event);
  return h('li', {class: isNew ? 'event is-new' : 'event'},
    h('span', {class: 'event-when'}, time(event.time)), severityTag(event.severity),
    h('span', {class: 'event-type'}, nameOf(event)),
    h('span', {class: 'event-what'}, link ? h('a', {href: link}, sentence(event.summary)) : sentence(event.summary)),
    h('a', {class: 'event-number muted', href: url('events', event.id), 'aria-label': `Event ${event.id} in full`}, `#${event.id}`));
}

async function renderOne(view, number, page) {
  const {events} = await page.get('/api/v1/events', {after: String(Math.max(0, Number(number) - 1)), limit: 1});
  const event = events.find(({id}) => id === number);
  page.heading(crumbs(['Events', url('events')], `#${number}`));
  if (event === undefined) return replace(view, empty('There is no such event', 'Retention may have removed it, or there never was one.'));
  replace(view, h('ol', {class: 'events card'}, item(event)), section('As others get it', h('pre', {class: 'statement card', tabindex: '0'}, JSON.stringify(event, null, 2))));
}

const FILTERS = [
  {name: 'type', label: 'Type', type: 'search', placeholder: 'drift-*, contract-violated'},
  {name: 'severity', label: 'Severity', type: 'select', options: [['', 'any'], ['medium', 'medium or worse'], ['high', 'high or worse'], ['critical', 'critical']]},
  {name: 'database', label: 'Database', type: 'search', placeholder: 'name or pattern'},
  {name: 'environment', label: 'Environment', type: 'search', placeholder: 'name or pattern'},
];
const LEVELS = ['low', 'medium', 'high', 'critical'];

function glob(text) {
  return new RegExp(`^(${text.split(',').map((one) => one.trim().replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')).join('|')})$`);
}

/* The same question as the collector answers, asked of what comes by itself. */
function matches(event, query) {
  const test = (name, value) => !query.get(name) || glob(query.get(name)).test(value ?? '');
  return test('type', nameOf(event)) && test('database', event.database) && test('environment', event.environment) &&
    LEVELS.indexOf(event.severity) >= LEVELS.indexOf(query.get('severity') ?? 'low');
}

export async function render(view, params, page) {
  if (params.parts.length > 0) return renderOne(view, params.parts[0], page);
  const {query} = params, holder = h('div'), status = h('span', {role: 'status'});
  let list = null, paused = false, waiting = [], seen = 0;

  const asked = () => Object.fromEntries(FILTERS.map(({name}) => [name, query.get(name)]));

  function add(events) {
    for (const event of events) {
      if (Number(event.id) <= seen) continue;
      seen = Number(event.id);
      if (matches(event, query)) list.prepend(item(event, true));
    }
    while (list.childElementCount > KEPT) list.lastElementChild.remove();
  }

  function tell() {
    replace(status, paused ? `${waiting.length} more have come` : '');
  }

  async function load() {
    let before = null;
    const first = await page.get('/api/v1/events', {order: 'newest', limit: PAGE, ...asked()});
    seen = Math.max(seen, ...first.events.map(({id}) => Number(id)));
    before = first.next;
    list = h('ol', {class: 'events card', 'aria-label': 'Events, the newest first'}, first.events.map((event) => item(event)));
    replace(holder, first.events.length === 0 && before === null ? empty('Nothing has happened yet', 'As far as these filters see.') : null, growing(list, async () => {
      if (before === null) return null;
      const next = await page.get('/api/v1/events', {order: 'newest', before: String(before), limit: PAGE, ...asked()});
      before = next.next;
      return next.events.map((event) => item(event));
    }));
  }

  const pause = button('Pause', () => {
    paused = !paused;
    replace(pause, paused ? 'Go on' : 'Pause');
    if (!paused) {
      add(waiting);
      waiting = [];
    }
    tell();
  });
  page.actions(status, pause);
  page.keys({keys: 'p', what: 'pause, and go on', run: () => pause.click()});
  replace(view, filterBar(FILTERS, query, (name, value) => { page.setQuery({[name]: value}); load().catch((error) => { if (error.name !== 'AbortError') page.reload(); }); }), holder);
  await load();
  page.live(null, (events) => {
    const known = events.filter(({id}) => id !== undefined);
    if (paused) waiting.push(...known);
    else add(known);
    tell();
  });
}
