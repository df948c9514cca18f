/* Times as people say them. Every <time> on the page is kept up to date. */
import {h} from './dom.js';

const exact = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});
const dayFormat = new Intl.DateTimeFormat(undefined, {weekday: 'short', year: 'numeric', month: 'short', day: 'numeric'});
const clockFormat = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const momentFormat = new Intl.DateTimeFormat(undefined, {timeStyle: 'medium'});
const distantFormat = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});
const dateFormat = new Intl.DateTimeFormat(undefined, {year: 'numeric', month: 'short', day: 'numeric'});

/** "12 s", "3 h": a length of time in one number. */
export function duration(seconds) {
  let value = Math.max(0, seconds);
  const sizes = [60, 60, 24, 7];
  const names = ['s', 'min', 'h', 'd'];
  for (let i = 0; i < names.length; i++) {
    const size = i === 3 ? Infinity : sizes[i];
    if (value < size) return `${Math.floor(value)} ${names[i]}`;
    value /= size;
  }
  return '';
}

export function relative(date, now = Date.now()) {
  const seconds = (now - date.getTime()) / 1000;
  if (Math.abs(seconds) < 2) return 'now';
  if (Math.abs(seconds) > 60 * 86400) return dateFormat.format(date);
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** The exact local time. */
export const absolute = (iso) => exact.format(new Date(iso));
export const day = (iso) => dayFormat.format(new Date(iso));
export const clock = (iso) => clockFormat.format(new Date(iso));

/** An element that says how long ago; its title has the exact time. */
export function time(iso, never = 'never') {
  if (iso === null || iso === undefined) return h('span', {class: 'muted'}, never);
  const date = new Date(iso);
  return h('time', {datetime: iso, title: `${exact.format(date)} (${iso})`, data: {relative: ''}}, relative(date));
}

/* A moment within a sentence: the clock alone when it is today. */
function moment(iso) {
  const date = new Date(iso);
  return date.toDateString() === new Date().toDateString() ? momentFormat.format(date) : distantFormat.format(date);
}

const MOMENT = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))/;

/** A sentence of the collector, with the times in it as people read them: children for h(). */
export function sentence(text) {
  return String(text).split(MOMENT).map((part, i) => i % 2 === 1 && !Number.isNaN(Date.parse(part))
    ? h('time', {datetime: part, title: part, data: {moment: ''}}, moment(part)) : part);
}

function refresh() {
  for (const element of document.querySelectorAll('time[data-moment]')) {
    const text = moment(element.dateTime);
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll('time[data-relative]')) {
    const text = relative(new Date(element.dateTime));
    if (element.textContent !== text) element.textContent = text;
  }
}

setInterval(() => { if (document.visibilityState === 'visible') refresh(); }, 5000);
document.addEventListener('visibilitychange', refresh);
