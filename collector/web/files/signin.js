/* Signing in: a token, kept for this tab or this browser. It is tried at once, so that what is wrong with it is said here. */
import {forgetToken, keepToken, request} from './api.js';
import {h, replace} from './dom.js';

/** Show it in place of everything; `done` is called when a token was taken. */
export function signIn(done, problem = null) {
  const token = h('input', {id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true,
    placeholder: 'dl_…', 'aria-describedby': 'token-hint'});
  const remember = h('input', {id: 'remember', type: 'checkbox'});
  const button = h('button', {type: 'submit', class: 'button primary'}, 'Sign in');
  const failure = h('div', {role: 'alert'}, problem && h('p', {class: 'problem'}, problem));
  const form = h('form', {class: 'form', on: {submit: (event) => { event.preventDefault(); attempt(); }}},
    h('div', {class: 'field'}, h('label', {for: 'token'}, 'Token'), token,
      h('p', {class: 'hint', id: 'token-hint'}, 'It begins with dl_. The right to read is enough to look at everything; waiving and acknowledging need ',
        h('code', null, 'operate'), '. The first token is in the collector’s data folder, ', h('code', null, 'admin.token'), '.')),
    h('div', {class: 'field check'}, remember, h('label', {for: 'remember'}, 'Remember it in this browser')),
    failure, button);

  async function attempt() {
    const value = token.value.trim().replace(/^Bearer\s+/i, '');
    button.disabled = true;
    if (!/^[\x21-\x7e]+$/.test(value)) {
      say({message: 'this is no token', hint: 'a token has letters, digits and an underscore, no blanks'});
      return;
    }
    keepToken(value, remember.checked);
    try {
      await request('GET', '/api/v1/token', {quiet: true});
      replace(document.body);
      done();
    } catch (error) {
      forgetToken();
      if (error.status !== 401) say(error);
      else signIn(done, `${error.message}. ${error.hint}`);
    }
  }

  function say(error) {
    button.disabled = false;
    replace(failure, h('p', {class: 'problem'}, error.message, error.hint && h('span', {class: 'hint'}, error.hint)));
  }

  replace(document.body, h('main', {class: 'signin'}, h('div', {class: 'signin-box'},
    h('img', {src: '/web/icon.svg', alt: '', width: '40', height: '40'}), h('h1', null, 'Driftline'),
    h('p', {class: 'muted'}, 'Whether the schemas of all databases are what they should be, and who changed them.'), form)));
  token.focus();
}
