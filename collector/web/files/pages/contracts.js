/* Contracts: what consumers need of databases, and whether they have it. Those that do not hold come first. */
import {append, h, replace} from '../dom.js';
import {actor, button, empty, filterBar, plural, ref, section, severityTag, time, url, verdictTag} from '../ui.js';

const RANK = {violated: 0, unknown: 1, holds: 2};
const MOST = 20; // targets of a contract that are shown at once

export const title = () => 'Contracts';

function findings(target) {
  return h('ul', {class: 'findings'}, target.findings.map((finding) => h('li', null, verdictTag(finding.state), h('span', null, ref(finding.object), ' ', finding.message))));
}

function targetItem(contract, target) {
  const name = target.instance === 'default' ? target.environment : `${target.environment}/${target.instance}`;
  return h('li', {class: 'pact-target'}, h('div', {class: 'pact-line'}, verdictTag(target.state),
    h('a', {href: url('database', contract.database)}, `${contract.database}@${name}`), h('span', {class: 'muted'}, 'since ', time(target.since)),
    target.change && h('span', {class: 'muted'}, 'broken by a change of ', ref(target.change.object)), actor(target.change)),
  target.findings.length > 0 && findings(target));
}

function targetList(contract, targets) {
  const list = h('ul', {class: 'pact-targets'}, targets.slice(0, MOST).map((target) => targetItem(contract, target)));
  if (targets.length > MOST)
    list.append(h('li', null, button(`Show ${targets.length - MOST} more`, () => {
      list.lastElementChild.remove();
      append(list, targets.slice(MOST).map((target) => targetItem(contract, target)));
    }, {kind: 'small'})));
  return list;
}

function contractCard(contract, isOpen) {
  const bad = contract.targets.filter(({state}) => state !== 'holds');
  return h('details', {class: 'pact card', open: isOpen || bad.length > 0},
    h('summary', null, verdictTag(contract.state), h('strong', null, h('bdi', null, contract.name)), h('span', {class: 'muted'}, contract.database),
      contract.state === 'violated' ? severityTag(contract.severity) : h('span', {class: 'muted'}, `${contract.severity} if it is broken`)),
    h('p', {class: 'muted'}, contract.owner && `owned by ${contract.owner}; `, contract.consumers.length > 0 ? `read by ${contract.consumers.join(', ')}; ` : '',
      `${plural(contract.requirements, 'requirement')}; ${contract.file}:${contract.line}`),
    contract.targets.length === 0 ? h('p', null, 'No environment that it is about is watched yet.')
      : targetList(contract, [...contract.targets].sort((a, b) => RANK[a.state] - RANK[b.state])));
}

const FILTERS = [
  {name: 'q', label: 'Find', type: 'search', placeholder: 'contract, database, owner, consumer'},
  {name: 'state', label: 'State', type: 'select', options: [['', 'any'], ['violated', 'violated'], ['unknown', 'unknown'], ['holds', 'holds']]},
];

export async function render(view, params, page) {
  const {query} = params, list = h('div', {class: 'pacts'});
  let answer = null;

  function draw() {
    const words = (query.get('q') ?? '').toLowerCase().split(/\s+/), only = query.get('contract'), state = query.get('state');
    const found = answer.contracts.filter((contract) => {
      const text = [contract.name, contract.database, contract.owner, ...contract.consumers].join(' ').toLowerCase();
      return words.every((word) => text.includes(word)) && (!state || contract.state === state) && (!only || contract.name === only);
    }).sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name));
    page.note(found.length === answer.contracts.length ? plural(found.length, 'contract') : `${found.length} of ${plural(answer.contracts.length, 'contract')}`, only && h('span', null, ', only ', h('strong', null, only), ' ', h('a', {href: url('contracts')}, 'show all')));
    replace(list, answer.problem && section(null, h('p', {class: 'problem'}, `The files as they are now are not in use: ${answer.problem}`)),
      answer.contracts.length === 0 ? empty('There are no contracts', 'A contract says what somebody needs of a database: driftline contracts suggest DATABASE@ENVIRONMENT --table TABLE writes one to begin with.')
        : found.length === 0 ? empty('No contract matches', 'Take a filter away to see more.')
          : found.map((contract) => contractCard(contract, found.length === 1)));
  }

  async function load() {
    answer = await page.get('/api/v1/contracts');
    draw();
  }

  replace(view, filterBar(FILTERS, query, (name, value) => { page.setQuery({[name]: value}); draw(); }), list);
  await load();
  page.live('contract-*', () => load().catch(() => {}));
}
