/* The tables of an environment and what they refer to, as a picture: moved by dragging, by the wheel and by keys, with what
 * differs from the neighbours on the promotion path marked. Beside it stands the same as a list, for who cannot see it. */
import {h, s, hidden, replace} from '../dom.js';
import {button, bars, crumbs, empty, filterBar, icon, plural, ref, section, severityTag, table as makeTable, toast, url} from '../ui.js';
import {HEAD, ROW, WIDTH, layout} from '../diagram_layout.js';

const ZOOM_LEAST = 0.06, ZOOM_MOST = 2.5, STEP = 60, MARGIN = 40, READABLE = 0.7, LEAST_AT_FIRST = 0.5, LEAST_OF_MANY = 0.2, NAMES = 0.4;

export const title = ({parts}) => parts.length > 0 ? `Diagram of ${parts[0]}` : 'Diagram';

const isNarrow = () => matchMedia('(max-width: 62rem)').matches;

/* As many characters as fit beside what else stands in the row. */
const shorten = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;
const bare = (path) => path.slice(path.lastIndexOf('.') + 1);

/* ---- the picture ---- */

function columnRow(box, column, at) {
  const y = HEAD + ROW * at;
  return s('g', {class: `er-row${column.drift ? ` er-drift er-${column.drift}` : ''}`},
    column.drift && s('rect', {class: 'er-row-ground', x: '1', y: String(y), width: String(WIDTH - 2), height: String(ROW)}),
    s('text', {class: column.key ? 'er-column er-key' : 'er-column', x: '12', y: String(y + 15)}, `${column.drift ? '≠ ' : ''}${shorten(column.name, 18)}`),
    s('text', {class: 'er-type', x: String(WIDTH - 12), y: String(y + 15), 'text-anchor': 'end'}, shorten(column.type ?? '', 14)));
}

function tableBox(box, choose) {
  const {table, rows} = box, left = table.columns.length - rows.length;
  const words = `${table.path}, ${table.missing ? 'missing here' : plural(table.columns.length, 'column')}${table.drifts > 0 ? `, ${plural(table.drifts, 'difference')}, the worst ${table.severity}` : ''}`;
  const name = shorten(bare(table.path), table.missing ? 17 : table.severity ? 22 : 26);
  /* The name of the table alone is the button, and what it is called begins with what is seen. */
  const handle = s('g', {class: 'er-handle', tabindex: '0', role: 'button', 'aria-label': words.includes(name) ? words : `${name}, ${words}`},
    s('path', {class: 'er-head', d: `M0 6a6 6 0 0 1 6-6h${WIDTH - 12}a6 6 0 0 1 6 6v${HEAD - 10}H0z`}), s('text', {class: 'er-name er-near', x: '12', y: '22'}, name), s('text', {class: 'er-name er-from-far', x: '10', y: '26'}, shorten(bare(table.path), 14)));
  const element = s('g', {class: `er-table${table.severity ? ` er-${table.severity}` : ''}${table.missing ? ' er-missing' : ''}`, transform: `translate(${box.x} ${box.y})`,
    data: {path: table.path}, on: {click: () => choose(table.path),
      keydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); event.stopPropagation(); choose(table.path); } }}},
  s('rect', {class: 'er-box', width: String(WIDTH), height: String(box.height), rx: '6'}), handle,
  table.severity && s('text', {class: 'er-mark', x: String(WIDTH - 12), y: '22', 'text-anchor': 'end'}, table.missing ? 'missing' : `≠ ${table.drifts}`),
  rows.map((column, i) => columnRow(box, column, i)),
  left > 0 && s('text', {class: 'er-more', x: '12', y: String(HEAD + ROW * rows.length + 15)}, `and ${left} more`));
  return element;
}

/* What is seen of the picture: a corner and a scale, kept within bounds. */
class Camera {
  constructor(svg, world, size) {
    Object.assign(this, {svg, world, size, x: 0, y: 0, scale: 1});
  }

  apply() {
    this.world.setAttribute('transform', `translate(${this.x} ${this.y}) scale(${this.scale})`);
    this.svg.classList.toggle('er-far', this.scale < 0.45);
  }

  as({x, y, scale}) {
    Object.assign(this, {x, y, scale});
    this.apply();
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  zoom(factor, at = null) {
    const box = this.svg.getBoundingClientRect();
    const x = at ? at.x - box.left : box.width / 2, y = at ? at.y - box.top : box.height / 2;
    const scale = Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, this.scale * factor)), by = scale / this.scale;
    this.x = x - (x - this.x) * by;
    this.y = y - (y - this.y) * by;
    this.scale = scale;
    this.apply();
  }

  /* What is seen first: all of it, but not so small that nothing can be read. */
  begin(chosen, worst) {
    this.fit();
    if (chosen !== undefined && this.scale < LEAST_AT_FIRST) this.show(chosen);
    else if (worst !== undefined && isNarrow() && this.scale < LEAST_AT_FIRST) this.show(worst);
    else if (worst !== undefined && this.scale < LEAST_OF_MANY) this.show(worst, NAMES);
  }

  fit() {
    const box = this.svg.getBoundingClientRect();
    this.scale = Math.min(1.1, Math.max(ZOOM_LEAST, Math.min((box.width - MARGIN) / this.size.width, (box.height - MARGIN) / this.size.height)));
    this.x = (box.width - this.size.width * this.scale) / 2;
    this.y = (box.height - this.size.height * this.scale) / 2;
    this.apply();
  }

  show(box, least = READABLE) {
    const seen = this.svg.getBoundingClientRect();
    this.scale = Math.max(this.scale, least);
    this.x = seen.width / 2 - (box.x + WIDTH / 2) * this.scale;
    this.y = seen.height / 2 - (box.y + box.height / 2) * this.scale;
    this.apply();
  }
}

/* Dragging with one finger or the mouse, zooming with two or the wheel. A drag is no click. */
function makeMovable(svg, camera, signal) {
  const pointers = new Map();
  let moved = 0, apart = 0;
  const options = {signal};
  svg.addEventListener('pointerdown', (event) => { pointers.set(event.pointerId, event); moved = 0; apart = 0; }, options);
  svg.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) {
      moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      if (moved > 4) {
        if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
        camera.move(event.clientX - before.clientX, event.clientY - before.clientY);
      }
    } else {
      const [a, b] = [...pointers.values()], distance = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (apart > 0) camera.zoom(distance / apart, {x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2});
      apart = distance;
      moved = 5;
    }
  }, options);
  const end = (event) => { pointers.delete(event.pointerId); apart = 0; };
  svg.addEventListener('pointerup', end, options);
  svg.addEventListener('pointercancel', end, options);
  svg.addEventListener('click', (event) => { if (moved > 4) event.stopPropagation(); }, {...options, capture: true});
  svg.addEventListener('wheel', (event) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey || Math.abs(event.deltaX) < Math.abs(event.deltaY)) camera.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), {x: event.clientX, y: event.clientY});
    else camera.move(-event.deltaX, -event.deltaY);
  }, {...options, passive: false});
}

function arrowKeys(camera) {
  const moves = {ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP]};
  return (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (moves[event.key]) camera.move(...moves[event.key]);
    else if (event.key === '+' || event.key === '=') camera.zoom(1.25);
    else if (event.key === '-') camera.zoom(0.8);
    else if (event.key === '0') camera.fit();
    else return;
    event.preventDefault();
  };
}

function picture(answer, choose, page) {
  const plan = layout(answer.tables, answer.references);
  const lines = plan.lines.map((line) => s('path', {class: 'er-line', d: line.path, 'marker-end': 'url(#er-arrow)', data: {from: line.reference.from, to: line.reference.to}},
    s('title', null, `${line.reference.from} (${line.reference.columns.join(', ')}) → ${line.reference.to} (${line.reference.to_columns.join(', ')})`)));
  const boxes = plan.boxes.map((box) => tableBox(box, choose));
  const world = s('g', null, lines, boxes);
  const svg = s('svg', {class: 'er', role: 'group', 'aria-label': 'Tables and their references; arrow keys move, plus and minus zoom, 0 shows all', tabindex: '0'},
    s('defs', null, s('marker', {id: 'er-arrow', viewBox: '0 0 8 8', refX: '7', refY: '4', markerWidth: '8', markerHeight: '8', orient: 'auto-start-reverse'}, s('path', {class: 'er-arrow', d: 'M0 0 8 4 0 8z'}))), world);
  const camera = new Camera(svg, world, plan);
  makeMovable(svg, camera, page.signal);
  svg.addEventListener('keydown', arrowKeys(camera));
  const highlight = (path) => {
    for (const line of lines) line.classList.toggle('er-lit', line.dataset.from === path || line.dataset.to === path);
  };
  for (const box of boxes) {
    box.addEventListener('pointerenter', () => highlight(box.dataset.path));
    box.addEventListener('pointerleave', () => highlight(null));
    box.addEventListener('focusin', () => highlight(box.dataset.path));
  }
  const boxOf = (path) => plan.boxes.find(({table}) => table.path === path);
  const order = ['critical', 'high', 'medium', 'low'];
  const worst = [...plan.boxes].sort((a, b) => (order.indexOf(a.table.severity) + 5) % 5 - (order.indexOf(b.table.severity) + 5) % 5)[0];
  return {svg, camera, boxOf, worst};
}

/* ---- the table that is chosen ---- */

function references(answer, path, show) {
  const out = answer.references.filter(({from}) => from === path), into = answer.references.filter(({to}) => to === path);
  const list = (title, rows, other) => rows.length > 0 && section(title, h('ul', {class: 'plain-list'}, rows.map((row) => h('li', null,
    h('button', {type: 'button', class: 'link', on: {click: () => show(row[other])}}, ref(row[other])), h('span', {class: 'muted'}, ` ${row.columns.join(', ')}`)))));
  return [list('Refers to', out, 'to'), list('Referred to by', into, 'from')];
}

function details(answer, table, params, actions) {
  const [database] = params.parts[0].split('@');
  return h('aside', {class: 'er-details card', 'aria-label': `Table ${table.path}`},
    h('header', null, h('h2', null, ref(table.path)), h('button', {type: 'button', class: 'icon-button', 'aria-label': 'Close', on: {click: actions.close}}, icon('close'))),
    table.severity && h('p', null, severityTag(table.severity), ' ', h('a', {href: url('drift', {database, object: table.path})}, plural(table.drifts, 'difference'))),
    table.missing && h('p', null, 'It is not here, but at a neighbour on the promotion path.'),
    h('p', {class: 'er-actions'}, button('Neighbourhood', () => actions.around(table.path), {kind: 'small', icon: 'fit'}), ' ',
      h('a', {class: 'button small', href: url('object', database, {path: table.path, kind: table.kind})}, icon('history'), 'Timeline')),
    h('ul', {class: 'er-columns'}, table.columns.map((column) => h('li', {class: column.drift ? `er-${column.drift}` : null},
      h('span', {class: column.key ? 'er-key-name' : null}, ref(column.name), column.key && hidden(', key')), h('span', {class: 'er-column-type muted'}, column.type, !column.nullable && ' not null'),
      column.drift && h('span', {class: `count severity-${column.drift}`}, bars(column.drift), hidden(`differs, ${column.drift}`))))),
    references(answer, table.path, actions.show));
}

function asList(answer, choose) {
  return h('details', {class: 'er-list'}, h('summary', null, 'The same as a list'), makeTable({
    label: 'Tables', rows: answer.tables, keyboard: false,
    columns: [
      {title: 'Table', cell: ({path}) => h('button', {type: 'button', class: 'link', on: {click: () => choose(path)}}, ref(path))},
      {title: 'Differences', cell: (row) => row.severity ? h('span', null, severityTag(row.severity), ` ${row.drifts}`) : h('span', {class: 'muted'}, 'none')},
      {title: 'Columns', class: 'number', cell: ({columns, missing}) => missing ? 'missing here' : String(columns.length)},
      {title: 'Refers to', phone: false, cell: ({path}) => answer.references.filter(({from}) => from === path).map(({to}) => to).join(', ')},
    ],
  }));
}

/* ---- choosing an environment ---- */

async function chooseDatabase(view, page) {
  const {databases} = await page.get('/api/v1/fleet');
  const rows = databases.flatMap(({database, environments}) => environments.filter(({majority}) => majority !== null).map(({environment}) => ({database, environment})));
  replace(view, rows.length === 0 ? empty('Nothing to draw yet', 'A database can be drawn when its first snapshot is there.') : makeTable({
    label: 'What can be drawn', rows, href: (row) => url('diagram', `${row.database}@${row.environment}`),
    columns: [{title: 'Database', cell: ({database}) => h('bdi', null, database)}, {title: 'Environment', cell: ({environment}) => h('bdi', null, environment)}],
  }));
}

async function environmentTabs(params, page) {
  const [database, rest = ''] = params.parts[0].split('@'), environment = rest.split(/[~/]/)[0];
  const {databases} = await page.get('/api/v1/fleet', {database});
  return h('nav', {class: 'tabs', 'aria-label': 'Environment'}, (databases[0]?.environments ?? []).map((entry) =>
    h('a', {class: 'tab', href: url('diagram', `${database}@${entry.environment}`, {table: params.query.get('table'), depth: params.query.get('depth')}), 'aria-current': entry.environment === environment ? 'page' : null}, entry.environment)));
}

/* An environment whose instances are not alike has no picture of its own; each of them has. */
async function chooseInstance(reference, page) {
  const [database, environment] = reference.split('@');
  const {databases} = await page.get('/api/v1/fleet', {database});
  const targets = databases[0]?.environments.find((entry) => entry.environment === environment)?.targets ?? [];
  return empty(`${reference} has no majority`, 'Its instances are not alike: choose one of them.', h('p', {class: 'er-instances'},
    targets.map(({instance}) => h('a', {class: 'button', href: url('diagram', `${reference}/${instance}`)}, h('bdi', null, instance)))));
}

const DEPTHS = [['', 'one step away'], ['2', 'two steps'], ['3', 'three steps']];

export async function render(view, params, page) {
  if (params.parts.length === 0) return chooseDatabase(view, page);
  page.heading(crumbs(['Diagram', url('diagram')], params.parts[0]));
  const reference = params.parts[0], {query} = params;
  const stage = h('div', {class: 'er-stage'}), side = h('div', {class: 'er-side'}), below = h('div');
  let answer = null, drawing = null, chosen = query.get('chosen');

  const around = (path) => { page.setQuery({table: path, chosen: path}); chosen = path; return load(); };
  const close = () => {
    const handle = [...drawing.svg.querySelectorAll('.er-table')].find((element) => element.dataset.path === chosen);
    handle?.classList.remove('er-chosen');
    chosen = null;
    page.setQuery({chosen: ''});
    replace(side);
    (handle?.querySelector('.er-handle') ?? drawing.svg).focus({preventScroll: true});
  };

  function choose(path, focus = true) {
    const table = answer.tables.find((entry) => entry.path === path);
    if (table === undefined) return;
    chosen = path;
    page.setQuery({chosen: path});
    for (const element of drawing.svg.querySelectorAll('.er-table')) element.classList.toggle('er-chosen', element.dataset.path === path);
    replace(side, details(answer, table, params, {around, close, show}));
    if (focus) side.querySelector('aside').scrollIntoView({block: 'nearest'});
  }

  /* From the list of one table to another: the picture follows, and so does the focus. */
  function show(path) {
    choose(path, false);
    drawing.camera.show(drawing.boxOf(path));
    side.querySelector('button').focus({preventScroll: true});
  }

  function find(text) {
    const wanted = text.toLowerCase(), all = answer.tables;
    const table = all.find(({path}) => path.toLowerCase() === wanted) ?? all.find(({path}) => bare(path).toLowerCase().startsWith(wanted)) ?? all.find(({path}) => path.toLowerCase().includes(wanted));
    if (table === undefined) return toast(`No table here is called like '${text}'`, {error: true});
    choose(table.path, false);
    drawing.camera.show(drawing.boxOf(table.path));
  }

  async function load(isSame = false) {
    const before = isSame ? drawing?.camera : undefined;
    try {
      answer = await page.get('/api/v1/diagram', {ref: reference, table: query.get('table'), depth: query.get('depth'), limit: query.get('limit')});
    } catch (error) {
      if (error.code !== 'ambiguous') throw error;
      return replace(stage, await chooseInstance(reference, page));
    }
    drawing = picture(answer, choose, page);
    page.note(`${plural(answer.tables.length, 'table')}, ${plural(answer.references.length, 'reference')}`, answer.left_out > 0 && `; ${answer.left_out} more are not shown `,
      query.get('table') && h('a', {href: url('diagram', reference)}, 'show all'));
    const tools = h('div', {class: 'er-tools'}, button('', () => drawing.camera.zoom(1.25), {icon: 'plus', label: 'Larger'}), button('', () => drawing.camera.zoom(0.8), {icon: 'minus', label: 'Smaller'}),
      button('', () => drawing.camera.fit(), {icon: 'fit', label: 'Show all'}));
    replace(stage, answer.tables.length === 0 ? empty('There are no tables here') : [drawing.svg, tools]);
    replace(below, asList(answer, choose));
    replace(side);
    if (answer.tables.length === 0) return;
    if (chosen) choose(chosen, false);
    if (before) drawing.camera.as(before);
    else drawing.camera.begin(drawing.boxOf(chosen), drawing.worst);
  }

  const FIELDS = [{name: 'find', label: 'Find a table', type: 'search', placeholder: 'name'},
    ...(query.get('table') ? [{name: 'depth', label: `Around ${query.get('table')}`, type: 'select', options: DEPTHS}] : [])];
  const bar = filterBar(FIELDS, query, (name, value) => {
    if (name === 'find') { if (value !== '') find(value); } else { page.setQuery({[name]: value}); load(); }
  });
  replace(view, await environmentTabs(params, page), bar, h('div', {class: 'er-holder'}, stage, side), below);
  await load();
  page.keys({keys: '0', what: 'show all', run: () => drawing.camera.fit()}, {keys: '+', what: 'larger', run: () => drawing.camera.zoom(1.25)}, {keys: '-', what: 'smaller', run: () => drawing.camera.zoom(0.8)});
  const [database] = reference.split('@');
  page.live(['schema-changed', 'drift-*', 'drifts-*'], (events) => { if (events.some((event) => event.database === database)) load(true).catch(() => {}); });
}
