/* Lists. Both kinds are tables for those who hear them, and j, k, o and Enter move in them.
 *
 * A column: {title, cell(row) → child, class?, width? (CSS grid track), phone? (false: not on a phone),
 * wide? (true: only where there is much room)}. A row may have an
 * address: href(row); then its first cell is the link, and the whole row can be clicked.
 */
import {h, append} from './dom.js';
import {setList} from './keys.js';

/* A click anywhere in the row is a click on its link, unless something was selected or another control was meant. */
function followRow(event) {
  if (event.target.closest('a, button, input, select, label, summary') || String(getSelection()) !== '') return;
  event.currentTarget.querySelector('a.row-link')?.click();
}

function cellContent(column, row, href) {
  const content = column.cell(row);
  return href === null || !column.link ? content : h('a', {href, class: 'row-link'}, content);
}

function linkColumns(columns) {
  return columns.some((column) => column.link) ? columns : [{...columns[0], link: true}, ...columns.slice(1)];
}

/** A table of a few hundred rows at most. */
export function table({columns, rows, href = null, label, rowClass = null, keyboard = true}) {
  const all = linkColumns(columns);
  const body = h('tbody', null, rows.map((row) =>
    h('tr', {class: [rowClass?.(row), href ? 'linked' : null].filter(Boolean).join(' ') || null, on: href ? {click: followRow} : {}},
      all.map((column) => h('td', {class: cellClass(column)}, cellContent(column, row, href?.(row) ?? null))))));
  if (href && keyboard) setList(focusList(() => [...body.querySelectorAll('a.row-link')]));
  return h('div', {class: 'table-wrap', role: 'region', 'aria-label': label, tabindex: '0'},
    h('table', {class: 'table', 'aria-label': label}, h('thead', null, h('tr', null,
      all.map((column) => h('th', {scope: 'col', class: cellClass(column)}, column.title)))), body));
}

function cellClass(column) {
  return [column.class, column.phone === false ? 'not-phone' : null, column.wide ? 'only-wide' : null].filter(Boolean).join(' ') || null;
}

/** Moving among elements that can have the focus. */
export function focusList(elements) {
  return {
    move(by) {
      const all = elements(), at = all.indexOf(document.activeElement);
      const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
      next?.focus();
      next?.scrollIntoView({block: 'nearest'});
    },
    open() { if (elements().includes(document.activeElement)) document.activeElement.click(); },
  };
}

/** A table of any number of rows, of which only those in sight are in the page. All rows have one height, the CSS variable
 *  --row-height. Answers the element, with methods: setRows(rows), refresh(). `key(row)` names a row, so that the focus stays
 *  on it when the rows change. */
export function virtualTable({columns, rows, href, key, label, rowClass = null, empty = null, tableClass = ''}) {
  return new VirtualTable({columns: linkColumns(columns), href, key, label, rowClass, empty, tableClass}, rows).element;
}

class VirtualTable {
  constructor(options, rows) {
    this.options = options;
    this.drawn = new Map(); // number of a row → its element
    this.body = h('div', {role: 'rowgroup', class: 'vbody'});
    this.head = h('div', {role: 'rowgroup', class: 'vhead'}, h('div', {role: 'row', class: 'vrow head'},
      options.columns.map((column) => h('div', {role: 'columnheader', class: cellClass(column)}, column.title))));
    this.element = h('div', {role: 'table', class: `vtable ${options.tableClass}`, 'aria-label': options.label}, this.head, this.body);
    this.element.style.setProperty('--columns', options.columns.map((column) => column.width ?? '1fr').join(' '));
    this.element.style.setProperty('--columns-middle', options.columns.filter((column) => !column.wide).map((column) => column.width ?? '1fr').join(' '));
    this.element.style.setProperty('--columns-phone', options.columns.filter((column) => column.phone !== false)
      .map((column) => column.phoneWidth ?? column.width ?? '1fr').join(' '));
    this.element.setRows = (value) => this.setRows(value);
    this.element.refresh = () => this.setRows(this.rows);
    this.draw = this.draw.bind(this);
    this.watch();
    setList({move: (by) => this.move(by), open: () => document.activeElement?.matches('a.row-link') && document.activeElement.click()});
    this.setRows(rows);
  }

  watch() {
    let asked = false;
    const later = () => {
      if (!this.element.isConnected && this.wasShown) {
        removeEventListener('scroll', later);
        removeEventListener('resize', later);
        return;
      }
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => { asked = false; this.draw(); });
    };
    addEventListener('scroll', later, {passive: true});
    addEventListener('resize', later, {passive: true});
    new ResizeObserver(later).observe(this.element);
  }

  setRows(rows) {
    const focused = this.focusedKey();
    this.rows = rows;
    for (const element of this.drawn.values()) element.remove();
    this.drawn.clear();
    this.element.setAttribute('aria-rowcount', String(rows.length + 1));
    this.emptyElement?.remove();
    if (rows.length === 0 && this.options.empty) {
      this.emptyElement = this.options.empty();
      this.element.after(this.emptyElement);
      if (!this.emptyElement.isConnected) queueMicrotask(() => this.rows.length === 0 && this.element.after(this.emptyElement));
    }
    this.draw();
    if (focused !== null) this.focusKey(focused);
  }

  rowHeight() {
    return parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 40;
  }

  draw() {
    if (!this.element.isConnected) return;
    this.wasShown = true;
    const height = this.rowHeight(), box = this.body.getBoundingClientRect(), spare = 8;
    this.body.style.setProperty('height', `${Math.max(0, this.rows.length * height - 1)}px`);
    const first = Math.max(0, Math.floor(-box.top / height) - spare);
    const last = Math.min(this.rows.length - 1, Math.ceil((innerHeight - box.top) / height) + spare);
    for (const [number, element] of this.drawn)
      if (number < first || number > last) this.drop(number, element);
    for (let i = first; i <= last; i++) this.place(i, height);
  }

  /* The one with the focus stays, or the focus would be lost with it. */
  drop(number, element) {
    if (element.contains(document.activeElement)) return;
    element.remove();
    this.drawn.delete(number);
  }

  place(number, height) {
    let element = this.drawn.get(number);
    if (element === undefined) {
      element = this.makeRow(number);
      this.drawn.set(number, element);
      const after = [...this.drawn.keys()].filter((n) => n > number).sort((a, b) => a - b)[0];
      this.body.insertBefore(element, after === undefined ? null : this.drawn.get(after));
    }
    element.style.setProperty('transform', `translateY(${number * height}px)`);
  }

  makeRow(number) {
    const row = this.rows[number], {columns, href, rowClass} = this.options, target = href?.(row) ?? null;
    return h('div', {role: 'row', class: ['vrow', target ? 'linked' : null, rowClass?.(row)].filter(Boolean).join(' '),
      'aria-rowindex': String(number + 2), data: {number: String(number)}, on: {click: followRow}},
    columns.map((column) => h('div', {role: 'cell', class: cellClass(column)}, cellContent(column, row, target))));
  }

  focusedKey() {
    const row = document.activeElement?.closest?.('.vrow');
    if (!row || !this.body.contains(row) || !this.rows) return null;
    return this.options.key(this.rows[Number(row.dataset.number)]);
  }

  focusKey(key) {
    const at = this.rows.findIndex((row) => this.options.key(row) === key);
    if (at >= 0) this.drawn.get(at)?.querySelector('a.row-link')?.focus({preventScroll: true});
  }

  move(by) {
    const row = document.activeElement?.closest?.('.vrow');
    const at = row && this.body.contains(row) ? Number(row.dataset.number) + by : this.firstInSight();
    const next = Math.min(this.rows.length - 1, Math.max(0, at));
    if (next < 0) return;
    const height = this.rowHeight(), top = this.body.getBoundingClientRect().top + next * height;
    const roof = this.head.getBoundingClientRect().bottom;
    if (top < roof) scrollBy(0, top - roof - height);
    else if (top + height > innerHeight - 8) scrollBy(0, top + 2 * height - innerHeight);
    this.draw();
    this.drawn.get(next)?.querySelector('a.row-link')?.focus({preventScroll: true});
  }

  firstInSight() {
    return Math.max(0, Math.ceil((this.head.getBoundingClientRect().bottom - this.body.getBoundingClientRect().top) / this.rowHeight()));
  }
}

/** Put a list in a view that grows when it is scrolled to its end: `more()` answers a promise of elements, null at the end. */
export function growing(list, more) {
  const end = h('div', {class: 'growing-end'});
  let busy = false;
  const observer = new IntersectionObserver(async (entries) => {
    if (busy || !entries.some((entry) => entry.isIntersecting)) return;
    busy = true;
    const elements = await more().catch(() => null);
    busy = false;
    if (elements === null) observer.disconnect();
    else append(list, elements);
  }, {rootMargin: '400px'});
  observer.observe(end);
  return h('div', null, list, end);
}

