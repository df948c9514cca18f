/* Making elements. All text is set as text: what a database calls its things never becomes markup, and the content policy
 * of the page would not let it. There is no way here to set HTML, an inline style, an inline handler or a foreign link.
 *
 *   h('a', {class: 'tag', href: '#/fleet', on: {click: run}, data: {id: 7}, 'aria-label': 'x'}, 'text', other, [more])
 *
 * Children may be strings, numbers, nodes, lists of these; null, undefined and false are left out. `style` is an object of
 * CSS properties, set one by one. Boolean attributes are there when true.
 */

const SVG = 'http://www.w3.org/2000/svg';
const AS_PROPERTY = new Set(['value', 'checked', 'disabled', 'selected', 'indeterminate', 'open', 'htmlFor']);

/* Characters that show nothing, or turn the direction of what follows: a name must not look like another one. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text with all that hides in it made visible. */
export function visible(text) {
  return String(text).replace(HIDDEN, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

function setOne(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (AS_PROPERTY.has(name)) element[name] = value ?? '';
  } else if (name === 'on') {
    for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
  } else if (name === 'style') {
    for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
  } else if (name === 'data') {
    for (const [key, text] of Object.entries(value)) element.dataset[key] = text;
  } else if (name.startsWith('on') || name === 'srcdoc') {
    throw new Error(`the attribute '${name}' is not for here`);
  } else if ((name === 'href' || name === 'src') && !/^(#|\/(?![/\\]))/.test(value)) {
    throw new Error('links lead to the dashboard only');
  } else if (AS_PROPERTY.has(name)) {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? '' : visible(value));
  }
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) setOne(element, name, value);
  append(element, children);
  return element;
}

/** Append children as h() takes them. */
export function append(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : visible(child));
  }
  return element;
}

export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Put these in an element in place of all that is there. */
export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, ...children);
}

/** Words for people who hear the page instead of seeing it. */
export function hidden(...words) {
  return h('span', {class: 'visually-hidden'}, ...words);
}
