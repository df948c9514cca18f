/* All environments and instances of a database side by side: a row for each thing that is not everywhere the same, and in each
 * column which version of it is there. Equal letters are equal states. */
import {h, hidden} from './dom.js';
import {SEVERITIES, empty, filterBar, kindName, ref, severityTag, url, virtualTable} from './ui.js';

const letter = (version) => version < 26 ? String.fromCharCode(65 + version) : String(version);

function cell({known, there, version}) {
  if (!known) return h('span', {class: 'cell cell-unknown', title: 'not known'}, '?', hidden(' not known'));
  if (!there) return h('span', {class: 'cell cell-absent', title: 'not there'}, '–', hidden(' not there'));
  return h('span', {class: `cell cell-${version === 0 ? 'most' : Math.min(version, 4)}`, title: version === 0 ? 'as most have it' : `version ${letter(version)}`}, letter(version));
}

function columnTitle(column) {
  const names = column.instances.filter((name) => name !== 'default');
  return h('span', {title: [column.environment, ...column.instances].join(' ') + (column.known ? '' : `: ${column.unknown_reason ?? 'not known'}`)}, column.environment,
    names.length > 0 && h('span', {class: 'column-instances'}, names.length > 2 ? ` ${names.length} instances` : ` ${names.join(', ')}`), !column.known && ' ?');
}

export function spreadElement(spread, query, page) {
  const list = virtualTable({label: 'What is not everywhere the same', rows: [], key: (row) => `${row.aspect} ${row.kind} ${row.object}`, tableClass: 'spread-table',
    href: (row) => url('object', spread.database, {path: row.owner}),
    empty: () => spread.rows.length === 0 ? empty('All of them are alike', spread.unknown_reason ?? null) : empty('Nothing matches', 'Take a filter away to see more.'),
    columns: [{title: 'Object', width: 'minmax(12rem, 3fr)', link: true, cell: (row) => [h('span', {class: 'muted'}, `${kindName(row.kind)} `), ref(row.object)]},
      {title: 'Severity', width: '6.5rem', phone: false, cell: (row) => severityTag(row.severity)},
      ...spread.columns.map((column, i) => ({title: columnTitle(column), width: 'minmax(3.5rem, 1fr)', class: 'center', cell: (row) => cell(row.cells[i])}))]});
  const draw = () => {
    const severity = query.get('severity'), text = (query.get('q') ?? '').toLowerCase();
    list.setRows(spread.rows.filter((row) => (!severity || SEVERITIES.indexOf(row.severity) <= SEVERITIES.indexOf(severity)) && row.object.toLowerCase().includes(text)));
  };
  const box = h('div', null, filterBar([{name: 'q', label: 'Find', type: 'search', placeholder: 'object'},
    {name: 'severity', label: 'Severity', type: 'select', options: [['', 'any'], ['medium', 'medium or worse'], ['high', 'high or worse'], ['critical', 'critical']]}], query,
  (name, value) => { page.setQuery({[name]: value}); draw(); }),
  h('p', {class: 'legend'}, h('span', {class: 'cell cell-most'}, 'A'), ' as most have it ', h('span', {class: 'cell cell-1'}, 'B'), ' another version ', h('span', {class: 'cell cell-absent'}, '–'), ' not there ',
    h('span', {class: 'cell cell-unknown'}, '?'), ' not known'), h('div', {class: spread.columns.length > 10 ? 'spread-scroll many' : 'spread-scroll'}, list));
  list.style.setProperty('--narrowest', `${14 + 4.5 * spread.columns.length}rem`);
  requestAnimationFrame(draw);
  draw();
  return box;
}

