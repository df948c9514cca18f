/* Dialogs and messages that come and go. A dialog is a <dialog>: Escape closes it, focus stays in it and goes back where it
 * was. */
import {h, append, replace} from './dom.js';
import {icon} from './icons.js';

let count = 0;

/** Open a dialog; answers the element. `actions` stand at its end; `onClose` is told how it was closed. */
export function openDialog({title, body, actions = null, onClose = null, wide = false}) {
  const id = `dialog-${++count}`;
  const close = h('button', {type: 'button', class: 'icon-button', 'aria-label': 'Close', on: {click: () => dialog.close('')}},
    icon('close'));
  const dialog = h('dialog', {class: wide ? 'dialog wide' : 'dialog', 'aria-labelledby': id},
    h('header', {class: 'dialog-head'}, h('h2', {id}, title), close),
    h('div', {class: 'dialog-body', tabindex: '-1'}, body),
    actions && h('footer', {class: 'dialog-actions'}, actions));
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (onClose) onClose(dialog.returnValue);
  });
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(''); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function fieldElement(field, id) {
  const attributes = {id, name: field.name, required: field.required ?? false, value: field.value ?? '',
    'aria-describedby': field.hint ? `${id}-hint` : null, placeholder: field.placeholder ?? null};
  if (field.type === 'textarea') return h('textarea', {...attributes, rows: '3'});
  if (field.type === 'checkbox') return h('input', {id, name: field.name, type: 'checkbox', checked: field.value ?? false});
  if (field.type === 'select')
    return h('select', {id, name: field.name}, field.options.map(([value, text]) =>
      h('option', {value, selected: value === field.value}, text)));
  return h('input', {...attributes, type: field.type ?? 'text', min: field.min ?? null, max: field.max ?? null,
    autocomplete: 'off', spellcheck: 'false'});
}

function fieldRow(field, number) {
  const id = `field-${count}-${number}`;
  const input = fieldElement(field, id);
  return h('div', {class: field.type === 'checkbox' ? 'field check' : 'field'},
    h('label', {for: id}, field.label), input,
    field.hint && h('p', {class: 'hint', id: `${id}-hint`}, field.hint));
}

/** Ask for some values: {title, intro, fields, submit, danger, run}. `fields` are {name, label, type, required, value, hint,
 *  options}; `run(values)` does the work: the dialog closes when it is done, and shows the failure when it fails. Answers a
 *  promise: true when it was done, false when it was given up. */
export function askForm({title, intro = null, fields = [], submit = 'OK', danger = false, run}) {
  return new Promise((resolve) => {
    const problem = h('div', {role: 'alert'});
    const button = h('button', {type: 'submit', class: danger ? 'button danger' : 'button primary'}, submit);
    const form = h('form', {class: 'form', novalidate: false}, intro && h('div', {class: 'intro'}, intro),
      fields.map(fieldRow), problem,
      h('div', {class: 'dialog-actions'},
        h('button', {type: 'button', class: 'button', on: {click: () => dialog.close('')}}, 'Cancel'), button));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const values = {};
      for (const field of fields) {
        const input = form.elements.namedItem(field.name);
        values[field.name] = field.type === 'checkbox' ? input.checked : input.value.trim();
      }
      button.disabled = true;
      try {
        await run(values);
        dialog.close('done');
      } catch (error) {
        replace(problem, h('p', {class: 'problem'}, error.message, error.hint && h('span', {class: 'hint'}, error.hint)));
        button.disabled = false;
      }
    });
    const dialog = openDialog({title, body: form, onClose: (value) => resolve(value === 'done')});
    form.querySelector('input, textarea, select, button[type=submit]')?.focus();
  });
}

/** A message that goes by itself; an error stays until it is closed. */
export function toast(message, {error = false, link = null} = {}) {
  const region = document.getElementById('toasts');
  const element = h('div', {class: error ? 'toast error' : 'toast'}, h('span', null, message),
    link && h('a', {href: link.href}, link.text),
    h('button', {type: 'button', class: 'icon-button', 'aria-label': 'Dismiss', on: {click: () => element.remove()}},
      icon('close')));
  append(region, element);
  if (!error) setTimeout(() => element.remove(), 6000);
}
