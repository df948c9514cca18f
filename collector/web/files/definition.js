/* A definition before and after, with what changed in it marked: lines that are gone and new, and within lines that changed
 * the words. Signs say it, too, not the colour alone. */
import {h, hidden} from './dom.js';

const WORDS = /\s+|[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu;
const MOST_CELLS = 1_000_000; // of the table that finds what is common; beyond it all is shown as changed
const CONTEXT = 3; // equal lines that are shown around changes

/** What two lists have in common, in order: [[kind, items]…] with kind 'same', 'old' or 'new'. */
export function compareLists(old, fresh) {
  let start = 0, end = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const runs = [];
  const add = (kind, items) => {
    if (items.length === 0) return;
    if (runs.at(-1)?.[0] === kind) runs.at(-1)[1].push(...items);
    else runs.push([kind, [...items]]);
  };
  add('same', old.slice(0, start));
  middle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end), add);
  add('same', old.slice(old.length - end));
  return runs;
}

function middle(old, fresh, add) {
  const width = fresh.length + 1;
  if ((old.length + 1) * width > MOST_CELLS) {
    add('old', old);
    add('new', fresh);
    return;
  }
  const longest = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      longest[i * width + j] = old[i] === fresh[j] ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  let i = 0, j = 0;
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) { add('same', [old[i++]]); j++; }
    else if (j >= fresh.length || (i < old.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) add('old', [old[i++]]);
    else add('new', [fresh[j++]]);
  }
}

const words = (text) => text.match(WORDS) ?? [];

/* One side of two texts, with the words marked that the other has not. */
function marked(runs, side) {
  return runs.filter(([kind]) => kind === 'same' || kind === side).map(([kind, items]) => {
    const text = items.join('');
    if (kind === 'same' || text.trim() === '') return text;
    return h(side === 'old' ? 'del' : 'ins', null, text);
  });
}

/* Words that have nothing in common but blanks are easier to read when nothing is marked in them. */
function isAlike(runs) {
  const length = (kinds) => runs.filter(([kind]) => kinds.includes(kind)).reduce((sum, [, items]) => sum + items.join('').trim().length, 0);
  return length(['same']) * 3 >= length(['old', 'new']);
}

function line(kind, content) {
  const sign = {old: '−', new: '+', same: ' '}[kind];
  return h('div', {class: `line line-${kind}`},
    h('span', {class: 'line-sign', 'aria-hidden': 'true'}, sign), kind !== 'same' && hidden(kind === 'old' ? 'old: ' : 'new: '),
    h('span', {class: 'line-text'}, content));
}

/* Lines that were replaced, side by side in pairs as far as both go. */
function replaced(old, fresh) {
  const before = [], after = [];
  for (let i = 0; i < Math.max(old.length, fresh.length); i++) {
    const runs = i < old.length && i < fresh.length ? compareLists(words(old[i]), words(fresh[i])) : null;
    const alike = runs !== null && isAlike(runs);
    if (i < old.length) before.push(line('old', alike ? marked(runs, 'old') : old[i]));
    if (i < fresh.length) after.push(line('new', alike ? marked(runs, 'new') : fresh[i]));
  }
  return [...before, ...after];
}

function same(lines, isFirst, isLast) {
  const head = isFirst ? 0 : CONTEXT, tail = isLast ? 0 : CONTEXT;
  if (lines.length <= head + tail + 1) return lines.map((text) => line('same', text));
  const left = lines.slice(head, lines.length - tail);
  return [...lines.slice(0, head).map((text) => line('same', text)),
    h('details', {class: 'folded'}, h('summary', null, `${left.length} equal lines`), left.map((text) => line('same', text))),
    ...lines.slice(lines.length - tail).map((text) => line('same', text))];
}

/** A text or list before and after; null: it is not there. */
export function valueDiff(from, to) {
  const lines = (value) => value === null || value === undefined ? [] : Array.isArray(value) ? value : String(value).split('\n');
  const runs = compareLists(lines(from), lines(to));
  const out = [];
  for (let i = 0; i < runs.length; i++) {
    const [kind, items] = runs[i], next = runs[i + 1];
    if (kind === 'same') out.push(...same(items, i === 0, i === runs.length - 1));
    else if (next !== undefined && next[0] !== 'same') {
      out.push(...(kind === 'old' ? replaced(items, next[1]) : replaced(next[1], items)));
      i++;
    } else out.push(...items.map((text) => line(kind, text)));
  }
  return h('div', {class: 'diff'}, out.length > 0 ? out : line('same', '(empty)'));
}

const valueText = (value) => [value].flat().join(', ');

/** A part of an object in one line, its type first: "column total: integer; nullable no". */
export function partLine({kind, name, attributes}) {
  const type = attributes.find((attribute) => attribute.name === 'type');
  const others = attributes.filter((attribute) => attribute !== type);
  const words = [type && valueText(type.value), ...others.map((attribute) => `${attribute.name.replace(/_/g, ' ')} ${valueText(attribute.value)}`)].filter(Boolean);
  return `${kind.replace(/_/g, ' ')} ${name}${words.length > 0 ? `: ${words.join('; ')}` : ''}`;
}

/** The attributes of a change: [{name, from, to}]. `effect` says why there may be none. */
export function attributeDiff(attributes, {effect = null, old = null, fresh = null} = {}) {
  if (attributes.length === 0)
    return h('p', {class: 'muted'}, effect === 'added' ? 'The whole object is new.' : effect === 'removed' ? 'The whole object is gone.'
      : effect === 'renamed' ? 'Only its name is another.' : 'No attribute is told.');
  return h('div', {class: 'definition'},
    (old || fresh) && h('p', {class: 'sides'}, h('span', {class: 'side-old'}, `− ${old}`), h('span', {class: 'side-new'}, `+ ${fresh}`)),
    h('dl', {class: 'attributes'}, attributes.map(({name, from, to}) =>
      h('div', {class: 'attribute'}, h('dt', null, name.replace(/_/g, ' ')), h('dd', null, valueDiff(from, to))))));
}
