/* Agents: who watches, whether he is heard, and what he may speak for. */
import {h, replace} from '../dom.js';
import {chip, empty, filterBar, stateTag, time, url, virtualTable} from '../ui.js';

export const title = () => 'Agents';

function stateOf(agent) {
  if (agent.revoked_at) return 'revoked';
  if (agent.connected) return 'connected';
  return agent.last_seen === null ? 'never seen' : 'silent';
}

const RANK = {silent: 0, 'never seen': 1, connected: 2, revoked: 3};

const FILTERS = [
  {name: 'q', label: 'Find', type: 'search', placeholder: 'agent, host, grant'},
  {name: 'state', label: 'State', type: 'select', options: [['', 'any'], ['connected', 'connected'], ['silent', 'silent'], ['never seen', 'never seen'], ['revoked', 'revoked']]},
];

export async function render(view, params, page) {
  const {query} = params;
  let rows = [];
  const list = virtualTable({
    label: 'Agents', key: ({name}) => name, rows: [], tableClass: 'agents-table', href: ({name}) => url('fleet', {q: name}),
    empty: () => rows.length === 0
      ? empty('No agent is enrolled', 'driftline-agent prints its key: driftline agents enroll NAME --key KEY --grant DATABASE@ENVIRONMENT lets it in.')
      : empty('No agent matches', 'Take a filter away to see more.'),
    columns: [
      {title: 'Agent', width: 'minmax(8rem, 1.2fr)', phoneWidth: 'minmax(0, 1fr)', link: true, cell: ({name}) => h('bdi', null, name)},
      {title: 'State', width: '7.5rem', phoneWidth: '6.8rem', cell: ({state}) => stateTag(state)},
      {title: 'Targets', width: '4.5rem', phone: false, class: 'number', cell: ({targets}) => String(targets)},
      {title: 'May speak for', width: 'minmax(9rem, 1.6fr)', phone: false, cell: ({grants}) => h('span', {class: 'grants', title: grants.join(', ')},
        grants.length > 1 && chip(String(grants.length)), h('bdi', null, grants.join(', ')))},
      {title: 'Host', width: 'minmax(6rem, 1fr)', phone: false, cell: ({host}) => host === null ? h('span', {class: 'muted'}, '–') : h('bdi', {title: host}, host)},
      {title: 'Version', width: '5rem', phone: false, cell: ({version}) => version ?? h('span', {class: 'muted'}, '–')},
      {title: 'Heard', width: '6rem', phoneWidth: '5.6rem', class: 'number', cell: ({last_seen: at}) => time(at)},
    ],
  });

  function draw() {
    const words = (query.get('q') ?? '').toLowerCase().split(/\s+/), state = query.get('state');
    const found = rows.filter((row) => words.every((word) => `${row.name} ${row.host ?? ''} ${row.grants.join(' ')}`.toLowerCase().includes(word)) &&
      (!state || row.state === state));
    const count = (name) => rows.filter((row) => row.state === name).length;
    page.note(`${count('connected')} connected, ${count('silent')} silent, ${count('never seen')} never seen`);
    list.setRows(found);
  }

  async function load() {
    rows = (await page.get('/api/v1/agents')).agents.map((agent) => ({...agent, state: stateOf(agent)}))
      .sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name));
    draw();
  }

  replace(view, filterBar(FILTERS, query, (name, value) => { page.setQuery({[name]: value}); draw(); }), list);
  await load();
  page.live(['agent-*', 'target-*'], () => load().catch(() => {}));
  page.every(30, () => load().catch(() => {}));
}
