/* Small drawings, 16 by 16, in the colour of the text around them. They say nothing by themselves: a word is always near. */
import {s} from './dom.js';

const PATHS = {
  fleet: 'M2 4h3v3H2zM6.5 4h3v3h-3zM11 4h3v3h-3zM2 9h3v3H2zM6.5 9h3v3h-3zM11 9h3v3h-3z',
  drift: 'M2 5h4c3 0 3 6 6 6h2M2 5h12M11.5 8.5 14 11l-2.5 2.5',
  gate: 'M3 14V4M13 14V4M1.5 4h13M3 7h10M3 10.5h10M8 4v10',
  contracts: 'M4 2h6l3 3v9H4zM10 2v3h3M6 8h5M6 11h3',
  agents: 'M8 2v3M3 8a5 5 0 0 1 10 0v4H3zM6 9h.01M10 9h.01M1 9v2M15 9v2',
  events: 'M1.5 8h3l2-5 3 10 2-5h3',
  diagram: 'M2 2h5v4H2zM9 10h5v4H9zM4.5 6v6H9',
  notify: 'M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11zM6.5 14h3',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  menu: 'M2 4h12M2 8h12M2 12h12',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  keyboard: 'M1.5 4h13v8h-13zM4 7h.01M6.7 7h.01M9.4 7h.01M12 7h.01M5 9.7h6',
  leave: 'M6 2H3v12h3M6 8h8M11 5l3 3-3 3',
  right: 'M6 3l5 5-5 5',
  down: 'M3 6l5 5 5-5',
  arrow: 'M2 8h11M9.5 4.5 13 8l-3.5 3.5',
  history: 'M8 4.5V8l2.5 1.5M2.5 8A5.5 5.5 0 1 0 4 4.2M2.5 2.5v3h3',
  check: 'M3 8.5 6.5 12 13 4.5',
  differs: 'M3 6h10M3 10h10M10.5 2.5l-5 11',
  unknown: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9.200 8 10M8 12.500v.01',
  link: 'M6.500 9.500l3-3M7 4.500l1.500-1.500a3 3 0 0 1 4.500 4.500L11.500 9M9 11.500 7.500 13A3 3 0 0 1 3 8.500L4.500 7',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  edit: 'M3 13l1-3.500 7-7 2.500 2.500-7 7z',
  lock: 'M4 7h8v7H4zM5.500 7V5a2.500 2.500 0 0 1 5 0v2',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5v3l2 1.500',
  person: 'M8 2.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5zM3 14c0-3 2-4.500 5-4.500s5 1.500 5 4.500',
  refresh: 'M13 8a5 5 0 1 1-1.500-3.500L13 6M13 2.500V6H9.500',
};

export function icon(name, label = null) {
  return s('svg', {class: `icon icon-${name}`, viewBox: '0 0 16 16', width: '16', height: '16', fill: 'none', stroke: 'currentColor',
    'stroke-width': '1.5', 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
    ...(label === null ? {'aria-hidden': 'true'} : {role: 'img', 'aria-label': label})}, s('path', {d: PATHS[name]}));
}

const LEVELS = ['low', 'medium', 'high', 'critical'];

/** Severity as bars, like those of a telephone: the more, the worse. */
export function bars(severity) {
  const level = LEVELS.indexOf(severity);
  return s('svg', {class: 'icon bars', viewBox: '0 0 16 16', width: '12', height: '12', 'aria-hidden': 'true'},
    LEVELS.map((_, i) => s('rect', {x: String(i * 4), y: String(11 - i * 3.5), width: '3', height: String(5 + i * 3.5), rx: '1',
      fill: 'currentColor', opacity: i <= level ? '1' : '0.25'})));
}
