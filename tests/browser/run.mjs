/* Scenarios in a real browser. One line of JSON on standard input says which: {stages, base, token, screenshots}. A stage is a
 * list of lanes, a lane a list of scenarios: lanes of a stage run at the same time, their scenarios one after another, and a
 * stage begins when the one before is over. There is one browser; what waits, waits for something, never for a time.
 *
 * Whatever the scenario, it fails when a page writes an error, breaks the content policy, asks anything of another host, or is
 * refused something it asks for.
 */
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import assert from 'node:assert/strict';
import path from 'node:path';

const require = createRequire(path.join(process.env.DRIFTLINE_BROWSER_TOOLS, 'node_modules', 'x'));
const {chromium} = require('playwright-core');
const axe = require('axe-core');

const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const wishes = JSON.parse((await lines.next()).value);
const {base, token} = wishes;

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const SIZES = {desktop: {width: 1440, height: 900}, phone: {width: 390, height: 844}};
const SCHEMES = ['light', 'dark'];
/* In between: a small notebook, and a window of 1360 pixels that is read at twice the size. */
const WIDTHS = [{width: 1000, height: 768}, {width: 840, height: 600}, {width: 680, height: 430}];

/* Every page, as people would link to it. `shows` must be in it. */
const PAGES = [
  {name: 'fleet', hash: '#/fleet', shows: 'orders'},
  {name: 'fleet-filtered', hash: '#/fleet?verdict=UNKNOWN', shows: 'reports'},
  {name: 'database', hash: '#/database/orders', shows: 'differences in'},
  {name: 'database-pair', hash: '#/database/orders?from=dev&to=prod', shows: 'differences in'},
  {name: 'database-instance', hash: '#/database/orders?from=prod&to=prod&instance=us-1', shows: 'legacy_code'},
  {name: 'database-spread', hash: '#/database/orders?view=spread', shows: 'legacy_code'},
  {name: 'database-instances', hash: '#/database/orders?view=instances', shows: 'prod/us-1'},
  {name: 'database-history', hash: '#/database/orders?view=history', shows: 'payments_order'},
  {name: 'database-alike', hash: '#/database/billing', shows: 'They are alike'},
  {name: 'database-unknown', hash: '#/database/reports', shows: 'nothing to compare'},
  {name: 'database-missing', hash: '#/database/nobody', shows: 'nobody', refused: true},
  {name: 'object', hash: '#/object/orders?path=main.open_orders', shows: 'What happened'},
  {name: 'object-gone', hash: '#/object/orders?path=main.nothing', shows: 'Nothing has happened', refused: true},
  {name: 'drift', hash: '#/drift', shows: 'open_orders'},
  {name: 'gate', hash: '#/gate', shows: 'billing'},
  {name: 'contracts', hash: '#/contracts', shows: 'checkout'},
  {name: 'agents', hash: '#/agents', shows: 'shop-db-1'},
  {name: 'events', hash: '#/events', shows: 'orders'},
  {name: 'diagram', hash: '#/diagram/orders@staging', shows: 'customers'},
  {name: 'notify', hash: '#/notify', shows: 'chat-of-the-team'},
  {name: 'notify-dead', hash: '#/notify?sink=bus&state=dead', shows: 'Messages to bus'},
  {name: 'one-drift', hash: '#/drift/1', shows: 'Its life'},
  {name: 'one-run', hash: '#/gate/1', shows: 'What stands in the way'},
  {name: 'one-event', hash: '#/events/3', shows: 'specversion'},
  {name: 'one-delivery', hash: '#/notify/1', shows: 'What it says'},
  {name: 'diagrams', hash: '#/diagram', shows: 'staging'},
  {name: 'diagram-chosen', hash: '#/diagram/orders@staging?chosen=main.orders', shows: 'Referred to by'},
];

const browser = await chromium.launch({executablePath: '/usr/bin/chromium', headless: true, args: ARGUMENTS});

/* ---- looking at a page ---- */

function watch(page) {
  const problems = [];
  page.allowRefusals = false;
  page.on('console', (message) => {
    const refusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !(refusal && page.allowRefusals)) problems.push(`the page wrote: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`the page failed: ${error.stack}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) problems.push(`it asked another host: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !page.allowRefusals) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.problems = problems;
  return page;
}

function nothing(list, what) {
  if (list.length > 0) throw new Error(`${what}:\n  ${list.join('\n  ')}`);
}

/* A page of somebody new: nothing is kept from another. close() ends all of it. */
async function open({scheme = 'light', size = 'desktop', as = token} = {}) {
  const context = await browser.newContext({colorScheme: scheme, viewport: SIZES[size], reducedMotion: 'reduce'});
  await context.addInitScript(([value, key]) => {
    window.broken = [];
    document.addEventListener('securitypolicyviolation', (event) => window.broken.push(`${event.violatedDirective}: ${event.blockedURI}`));
    window.alert = () => window.broken.push('alert() was called');
    if (value !== null && location.protocol.startsWith('http')) sessionStorage.setItem(key, value);
  }, [as, 'driftline.token']);
  const page = watch(await context.newPage());
  page.close = () => context.close();
  return page;
}

/* The same page as others see it; what depends on its size has followed when this is over. */
async function wear(page, scheme, size) {
  await page.emulateMedia({colorScheme: scheme});
  await page.setViewportSize(SIZES[size] ?? size);
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
}

async function settle(page) {
  await page.waitForFunction(() => {
    const view = document.querySelector('main .view');
    return view && view.childElementCount > 0 && !document.querySelector('.loading');
  }, null, {timeout: 60000});
}

async function check(page, what) {
  const broken = await page.evaluate(() => window.broken);
  const all = [...page.problems, ...broken];
  page.problems.length = 0;
  nothing(all, what);
}

async function visit(page, hash, {refused = false} = {}) {
  page.allowRefusals = refused;
  await page.goto('about:blank');
  await page.goto(`${base}/${hash}`);
  await settle(page);
}

/* What makes a page hard for somebody. */
async function checkAccess(page, what) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations']}));
  const bad = found.violations.filter(({impact}) => impact === 'serious' || impact === 'critical').map(({id, impact, nodes}) =>
    `${impact} ${id}: ${nodes.slice(0, 3).map(({html, failureSummary}) => `${html.slice(0, 160)} ${failureSummary}`).join('\n    ')}`);
  const mild = found.violations.filter(({impact}) => impact !== 'serious' && impact !== 'critical').map(({id, nodes}) => `${id} (${nodes.length}: ${nodes[0].html.slice(0, 80)})`);
  if (mild.length > 0) console.log(`${what}: not serious: ${mild.join(', ')}`);
  nothing(bad, what);
}

async function checkWidth(page, what) {
  const [wide, sight] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= sight, `${what}: the page is ${wide} wide, and ${sight} are in sight`);
  const cut = await page.evaluate(() => [...document.querySelectorAll('.vrow')].slice(0, 3).filter((row) => row.scrollWidth > row.clientWidth + 1).length);
  assert.equal(cut, 0, `${what}: rows of a list are cut off`);
}

async function shot(page, name) {
  if (wishes.screenshots) await page.screenshot({path: path.join(wishes.screenshots, `${name}.png`)});
}

const text = (page) => page.locator('body').innerText();
const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };
const waitForHash = (page, start) => page.waitForFunction((value) => location.hash.startsWith(value), start, {timeout: 20000});

/* ---- scenarios ---- */

const scenarios = {};

/* As it opens, and then in the other theme on the other size: each theme and each size is looked through once. */
async function lookAt(page, entry) {
  const what = entry.name;
  await wear(page, 'light', 'desktop');
  await visit(page, entry.hash, entry);
  await page.waitForFunction((words) => document.body.innerText.includes(words), entry.shows, {timeout: 20000}).catch(() => {});
  assert.ok((await text(page)).includes(entry.shows), `${what}: '${entry.shows}' is not in it:\n${await text(page)}`);
  assert.ok((await page.title()).endsWith('· Driftline'), `${what}: no title`);
  await checkAccess(page, `${what}, light, desktop`);
  await checkWidth(page, `${what}, desktop`);
  await shot(page, `${what}-light-desktop`);
  await wear(page, 'dark', 'phone');
  await checkAccess(page, `${what}, dark, phone`);
  await checkWidth(page, `${what}, phone`);
  await shot(page, `${what}-dark-phone`);
  for (const size of WIDTHS) {
    await wear(page, 'light', size);
    await checkWidth(page, `${what}, ${size.width} wide`);
  }
  if (wishes.screenshots)
    for (const [scheme, size] of [['light', 'phone'], ['dark', 'desktop']]) {
      await wear(page, scheme, size);
      await shot(page, `${what}-${scheme}-${size}`);
    }
  await check(page, what);
  assert.equal(await page.locator('img[src="x"]').count(), 0, `${what}: a name became markup`);
}

/* Each page in both themes, on large and small windows. All that is found is told, not the first alone. */
async function lookAtAll(entries) {
  const found = [], page = await open();
  for (const entry of entries) {
    await lookAt(page, entry).catch((error) => found.push(error.message));
    page.problems.length = 0;
  }
  await page.close();
  nothing(found, 'pages');
  console.log(`${entries.length} pages, each in 2 themes and 5 sizes`);
}

const wanted = PAGES.filter(({name}) => !wishes.only || wishes.only.includes(name));
scenarios.even_pages = () => lookAtAll(wanted.filter((_, i) => i % 2 === 0));
scenarios.odd_pages = () => lookAtAll(wanted.filter((_, i) => i % 2 === 1));

scenarios.signing_in = async () => {
  const page = await open({as: null});
  await page.goto(`${base}/#/gate?database=orders`);
  await page.getByLabel('Token').waitFor();
  for (const [scheme, size] of [['light', 'desktop'], ['dark', 'phone']]) {
    await wear(page, scheme, size);
    await checkAccess(page, 'signing in');
    await checkWidth(page, 'signing in');
    await shot(page, `signin-${scheme}-${size}`);
  }
  await check(page, 'signing in');
  await wear(page, 'light', 'desktop');
  page.allowRefusals = true;
  await page.getByLabel('Token').fill(`dl_${'0'.repeat(64)}`);
  await press(page, 'Enter');
  await page.getByText('not known').waitFor();
  page.problems.length = 0;
  page.allowRefusals = false;
  await page.getByLabel('Token').fill(`  Bearer ${token} `);
  await press(page, 'Enter');
  await settle(page);
  assert.equal(new URL(page.url()).hash, '#/gate?database=orders', 'one comes where one wanted to');
  assert.equal(await page.evaluate(() => localStorage.getItem('driftline.token')), null, 'a token is kept for the tab only');
  await page.reload();
  await settle(page);
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByLabel('Token').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('driftline.token')), null, 'nothing is left of it');
  await page.getByLabel('Token').fill(token);
  await page.getByLabel('Remember it').check();
  await page.getByRole('button', {name: 'Sign in'}).click();
  await settle(page);
  assert.equal(await page.evaluate(() => localStorage.getItem('driftline.token')), token, 'it is remembered when asked');
  await page.getByRole('button', {name: 'Sign out'}).click();
  await check(page, 'signing in');
  await page.close();
};

scenarios.keyboard = async () => {
  const page = await open();
  await visit(page, '#/fleet');
  await press(page, 'j');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'orders', 'j goes to the first row, the worst');
  await press(page, 'j', 'k');
  await press(page, 'Enter');
  await waitForHash(page, '#/database/orders');
  await settle(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'the heading has the focus on a new page');
  await page.locator('.difference').first().waitFor();
  await press(page, 'j', 'Enter');
  await page.locator('.difference[open] .difference-body').waitFor();
  await press(page, 'g', 'd');
  await waitForHash(page, '#/drift');
  await settle(page);
  await press(page, '?');
  await page.getByRole('dialog', {name: 'Keys'}).waitFor();
  await checkAccess(page, 'the help');
  await shot(page, 'keys');
  await press(page, 'Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await press(page, '/');
  await page.getByRole('combobox', {name: 'Search'}).fill('orders open_o');
  await page.getByRole('option', {name: /main\.open_orders/}).waitFor();
  await checkAccess(page, 'the search');
  await shot(page, 'search');
  await press(page, 'Enter');
  await waitForHash(page, '#/object/orders?path=main.open_orders');
  await settle(page);
  await page.goBack();
  await waitForHash(page, '#/drift');
  await settle(page);
  await press(page, 'g', 'f');
  await waitForHash(page, '#/fleet');
  await settle(page);
  await page.getByLabel('Find').fill('inv');
  await page.waitForFunction(() => location.hash.includes('q=inv') && document.querySelectorAll('.vbody .vrow').length === 1);
  await press(page, 'g', 'd');
  assert.ok((await page.evaluate(() => location.hash)).startsWith('#/fleet'), 'keys do nothing while one types');
  await page.waitForFunction(() => location.hash.includes('q=invgd'));
  await page.reload();
  await settle(page);
  assert.equal(await page.getByLabel('Find').inputValue(), 'invgd', 'what was looked for is in the address');
  await check(page, 'the keyboard');
  await page.close();
};

scenarios.walk = async () => {
  const page = await open(), found = [];
  for (const entry of WALKED) await walk(page, entry).catch((error) => found.push(error.message));
  await page.close();
  nothing(found, 'walking with Tab');
};

/* What must be reached with Tab; all that is reached must show it, and the focus is never lost on the way. */
const WALKED = [
  {hash: '#/fleet', reaches: ['Skip to the page', 'Search', 'Drift', 'Sign out', 'orders', 'billing']},
  {hash: '#/database/orders?from=staging&to=prod', reaches: ['Diagram', 'Side by side', 'view main.open_orders']},
  {hash: '#/drift', reaches: ['Choose main.open_orders', 'index main.orders.orders_placed']},
  {hash: '#/drift/1', reaches: ['Timeline']},
  {hash: '#/gate', reaches: ['Ask the gate…', 'billing']},
  {hash: '#/gate/1', reaches: ['Ask again…', 'Copy root', 'drift #']},
  {hash: '#/contracts', reaches: ['violatedcheckout']},
  {hash: '#/events', reaches: ['Pause', 'Event']},
  {hash: '#/diagram/orders@staging?chosen=main.orders', reaches: ['customers', 'Larger', 'Neighbourhood', 'main.payments']},
  {hash: '#/agents', reaches: ['shop-db-1']},
  {hash: '#/notify', reaches: ['bus', 'Send a test to archive']},
];

async function walk(page, {hash, reaches}) {
  await visit(page, hash);
  const seen = new Set();
  for (let i = 0; i < 120; i++) {
    await press(page, 'Tab');
    const [name, isShown] = await page.evaluate(() => {
      const element = document.activeElement, style = getComputedStyle(element);
      const box = element.querySelector?.('.er-box') ?? element.closest?.('.er-table')?.querySelector('.er-box') ?? element.closest?.('.toggle');
      const marked = style.outlineStyle !== 'none' || (box && (getComputedStyle(box).strokeWidth === '4px' || getComputedStyle(box).outlineStyle !== 'none'));
      return [element === document.body ? '' : (element.getAttribute('aria-label') || element.textContent || element.id || element.tagName).trim(), marked];
    });
    if (name === '') break;
    assert.ok(isShown, `${hash}: '${name}' does not show that it has the focus`);
    seen.add(name);
    if (reaches.every((wish) => [...seen].some((other) => other.includes(wish)))) break;
  }
  for (const wish of reaches) assert.ok([...seen].some((other) => other.includes(wish)), `${hash}: '${wish}' is not reached with Tab: ${[...seen].join(' | ')}`);
  await check(page, hash);
}

/* The old and the new definition, cause and actor. */
scenarios.differences = async () => {
  const page = await open();
  await visit(page, '#/database/orders?from=staging&to=prod');
  const view = page.locator('.difference', {hasText: 'view main.open_orders'}).first();
  await view.locator('summary').first().click();
  await view.locator('ins').first().waitFor();
  assert.ok((await view.locator('ins').allInnerTexts()).join(' ').includes('DESC'), 'what is new is marked');
  assert.ok(await view.locator('del').count() > 0, 'what is old is marked');
  assert.ok((await view.innerText()).includes('diverged'), 'the cause is said');
  await page.locator('.difference', {hasText: 'table main.refunds'}).locator('summary').first().click();
  await page.getByText('column reason: TEXT').waitFor();
  await page.locator('.difference', {hasText: '<img'}).locator('summary').first().click();
  await page.getByText('⟨U+202E⟩').waitFor();
  for (const [scheme, size] of [['light', 'desktop'], ['dark', 'phone']]) {
    await wear(page, scheme, size);
    await checkAccess(page, 'differences');
    await checkWidth(page, 'differences');
    await shot(page, `differences-${scheme}-${size}`);
  }
  await wear(page, 'light', 'desktop');
  await view.getByRole('link', {name: /^Drift #/}).click();
  await page.getByText('Its life').waitFor();
  await check(page, 'differences');
  await page.close();
};

/* ---- what people do ---- */

/* A dialog: what can be said against it, and where the focus is when it is given up. */
async function inDialog(page, name, {scheme = 'light'} = {}) {
  const dialog = page.getByRole('dialog', {name});
  await dialog.waitFor();
  await wear(page, scheme, 'desktop');
  await checkAccess(page, `the dialog ${name}`);
  await shot(page, `dialog-${String(name).replace(/[^a-z]+/gi, '-').toLowerCase()}`);
  return dialog;
}

async function giveUp(page, opener, name) {
  await opener.focus();
  await press(page, 'Enter');
  await inDialog(page, name);
  for (let i = 0; i < 12; i++) {
    await press(page, 'Tab');
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null), `${name}: the focus leaves the dialog`);
  }
  await press(page, 'Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  assert.ok(await opener.evaluate((element) => element === document.activeElement), `${name}: the focus does not go back to where it was`);
}

scenarios.dialogs = async () => {
  const page = await open();
  await visit(page, '#/drift?q=img');
  await page.locator('.vbody .vrow').first().waitFor();
  await page.getByRole('checkbox', {name: /^Choose/}).first().check();
  await giveUp(page, page.getByRole('button', {name: 'Acknowledge…'}), /^Acknowledge/);
  await giveUp(page, page.getByRole('button', {name: 'Waive…'}), /^Waive .*img/);
  await visit(page, '#/gate');
  await giveUp(page, page.getByRole('button', {name: 'Ask the gate…'}), 'Ask the gate');
  await visit(page, '#/notify');
  await giveUp(page, page.getByRole('button', {name: 'Send a test to archive'}), 'Send a test to archive');
  await giveUp(page, page.getByRole('button', {name: 'Search'}), 'Search');
  await giveUp(page, page.getByRole('button', {name: 'Keys (?)'}), 'Keys');
  await page.emulateMedia({forcedColors: 'active'});
  const outline = await page.locator('.nav a[aria-current]').evaluate((element) => getComputedStyle(element).outlineStyle);
  assert.equal(outline, 'solid', 'where the system sets the colours, a line says which page it is');
  await shot(page, 'forced-colors');
  await check(page, 'dialogs');
  await page.close();
};

const toastSays = (page, words) => page.locator('.toast', {hasText: words}).waitFor();

async function decide(page) {
  await visit(page, '#/drift?database=inventory&from=staging');
  await page.getByRole('link', {name: /main\.items\.place_id/}).focus();
  await press(page, 'a');
  let dialog = await inDialog(page, 'Acknowledge main.items.place_id', {scheme: 'dark'});
  await dialog.getByLabel('Note').fill('comes on Monday');
  await dialog.getByRole('button', {name: 'Acknowledge'}).click();
  await toastSays(page, 'is acknowledged');
  await page.locator('.vrow', {hasText: 'place_id'}).getByText('acknowledged').waitFor();
  await page.getByRole('link', {name: /column main\.items\.place_id/}).click();
  await page.getByText('comes on Monday').waitFor();
  await page.getByRole('button', {name: 'Waive…'}).click();
  dialog = await inDialog(page, /^Waive/);
  await dialog.getByRole('button', {name: 'Waive'}).click();
  assert.ok(await dialog.isVisible(), 'nothing is waived without a reason');
  await dialog.getByLabel('Reason').fill('both names until the next release');
  await dialog.getByLabel('Until').fill(new Date(Date.now() + 9 * 86400e3).toISOString().slice(0, 10));
  await dialog.getByRole('button', {name: 'Waive'}).click();
  await toastSays(page, 'is waived until');
  await page.locator('.details', {hasText: 'Waived'}).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'the focus is not lost with the button');
  await page.getByRole('button', {name: 'Reopen…'}).click();
  dialog = await inDialog(page, /^Reopen/);
  await dialog.getByRole('button', {name: 'Reopen'}).click();
  await toastSays(page, 'is open again');
  await page.getByRole('button', {name: 'Acknowledge…'}).waitFor();
}

async function askTheGate(page) {
  await visit(page, '#/gate');
  await press(page, 'n');
  const dialog = await inDialog(page, 'Ask the gate');
  await dialog.getByLabel('Promotion').selectOption({label: 'inventory: staging → prod'});
  await dialog.getByRole('button', {name: 'Ask'}).click();
  await waitForHash(page, '#/gate/');
  await page.getByRole('heading', {name: /inventory: staging → prod/}).waitFor();
  await page.getByRole('table', {name: 'What the promotion brings'}).waitFor();
}

async function notify(page) {
  await visit(page, '#/notify');
  await page.getByRole('button', {name: 'Send a test to archive'}).click();
  await (await inDialog(page, 'Send a test to archive')).getByRole('button', {name: 'Send'}).click();
  await page.locator('.toast').getByRole('link', {name: /^delivery #/}).click();
  await page.locator('.details .state', {hasText: 'sent'}).waitFor();
  await visit(page, '#/notify?sink=bus&state=dead');
  await page.getByRole('table', {name: 'Messages'}).locator('a.row-link').first().click();
  await page.getByRole('button', {name: 'Send again…'}).click();
  await (await inDialog(page, /^Send #\d+ again/)).getByRole('button', {name: 'Send again'}).click();
  await toastSays(page, 'is on its way again');
}

scenarios.acting = async () => {
  const page = await open();
  for (const act of [decide, askTheGate, notify]) {
    await act(page);
    await check(page, act.name);
  }
  await page.close();
};

/* Who may only read is offered nothing that would be refused, and a refusal that comes nevertheless is said kindly. */
scenarios.reading = async () => {
  const page = await open({as: wishes.reader});
  for (const [hash, words] of [[`#/drift/${wishes.drift}`, 'operate to acknowledge and waive'], ['#/gate', 'gate to ask the gate'], ['#/gate/1', 'gate to ask again'],
    ['#/notify', 'operate to send a test'], ['#/notify?state=dead', 'operate to send a test']]) {
    await visit(page, hash);
    await page.getByText(words).waitFor();
    assert.equal(await page.locator('main').getByRole('button', {name: /^(Acknowledge|Waive|Reopen|Ask|Send)/}).count(), 0, `${hash} offers what is refused`);
    await checkAccess(page, `${hash}, read only`);
  }
  await visit(page, '#/drift');
  await page.locator('.vbody .vrow').first().waitFor();
  assert.equal(await page.locator('.vbody input').count(), 0, 'nothing can be chosen');
  await check(page, 'reading');
  page.allowRefusals = true;
  await page.route('**/api/v1/token', (route) => route.fulfill({status: 503, contentType: 'application/json', body: '{}'}));
  await visit(page, '#/gate', {refused: true});
  await page.getByRole('button', {name: 'Ask the gate…'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', {name: 'Ask'}).click();
  await dialog.getByRole('alert').getByText(/right/).first().waitFor();
  await checkAccess(page, 'a refusal');
  await shot(page, 'refusal');
  await page.close();
};

/* An address shows somebody else the same. */
scenarios.sharing = async () => {
  const mine = await open(), theirs = await open({size: 'phone', scheme: 'dark'});
  const shown = (page) => page.evaluate(() => [...document.querySelectorAll('main .row-link, main .er-chosen .er-near, main [aria-current]')].map((element) => element.textContent));
  await visit(mine, '#/drift');
  await mine.getByLabel('Severity').selectOption('medium');
  await mine.getByRole('checkbox', {name: 'hotfix'}).check();
  await mine.getByLabel('Order', {exact: true}).selectOption('oldest');
  await mine.waitForFunction(() => location.hash.includes('hotfix') && location.hash.includes('oldest') && document.querySelectorAll('.vbody .vrow').length === 2);
  const drifts = await mine.evaluate(() => location.hash);
  await visit(mine, '#/diagram/orders@staging');
  await mine.locator('.er-table', {hasText: 'refunds'}).locator('.er-handle').click();
  await waitForHash(mine, '#/diagram/orders@staging?chosen=');
  const diagram = await mine.evaluate(() => location.hash);
  for (const hash of [drifts, diagram, '#/database/orders?view=spread&severity=high', '#/fleet?q=inv']) {
    for (const page of [mine, theirs]) {
      await visit(page, hash);
      await page.locator('main').locator('.row-link, .er-chosen').first().waitFor();
    }
    const [a, b] = [await shown(mine), await shown(theirs)];
    assert.ok(a.length > 0 && JSON.stringify(a) === JSON.stringify(b), `${hash} is not the same for all: ${a.join(' | ')} and ${b.join(' | ')}`);
    assert.ok(!hash.includes(token), 'an address never holds the token');
  }
  for (const page of [mine, theirs]) {
    await check(page, 'sharing');
    await page.close();
  }
};

/* What changes is seen without doing anything. */
scenarios.live = async () => {
  const [database, events, fleet] = await Promise.all([open(), open({size: 'phone'}), open()]);
  await visit(database, '#/database/billing?from=staging&to=prod');
  await visit(events, '#/events?database=billing');
  await visit(fleet, '#/fleet?q=billing');
  for (const page of [database, events, fleet]) await page.locator('.live-on').waitFor({state: 'attached', timeout: 20000});
  await database.getByText('They are alike').waitFor();
  await fleet.locator('.vbody').getByText('in sync').first().waitFor();
  console.log('> change');
  await lines.next();
  await database.getByText('main.just_now').first().waitFor({timeout: 30000});
  await events.locator('.event.is-new', {hasText: 'main.just_now'}).first().waitFor({timeout: 30000});
  await fleet.locator('.vbody').getByText('drifted').first().waitFor({timeout: 60000});
  for (const page of [database, events, fleet]) {
    await check(page, 'live events');
    await page.close();
  }
};

scenarios.empty = async () => {
  const page = await open();
  for (const name of ['fleet', 'drift', 'gate', 'contracts', 'agents', 'events', 'diagram', 'notify']) {
    await wear(page, 'light', 'desktop');
    await visit(page, `#/${name}`);
    for (const [scheme, size] of [['light', 'desktop'], ['dark', 'phone']]) {
      await wear(page, scheme, size);
      await checkAccess(page, `${name}, empty`);
      await checkWidth(page, `${name}, empty`);
      await shot(page, `empty-${name}-${scheme}-${size}`);
    }
    await check(page, `${name}, empty`);
  }
  await page.close();
};

/* A fleet of thousands. */
async function lookAtMuch(scheme, size) {
  const page = await open({scheme, size});
  await visit(page, '#/fleet?order=name');
  await page.locator('.vbody .vrow').first().waitFor();
  const rows = () => page.locator('.vbody .vrow').count();
  assert.ok(await rows() < 80, `${await rows()} rows are in the page`);
  assert.equal(await page.getByRole('table', {name: 'Databases'}).getAttribute('aria-rowcount'), String(wishes.databases + 1));
  await checkAccess(page, 'a large fleet');
  await checkWidth(page, 'a large fleet');
  await shot(page, `large-${scheme}-${size}`);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.getByText(`database-${wishes.databases - 1}`, {exact: true}).waitFor();
  assert.ok(await rows() < 80, `${await rows()} rows are in the page after scrolling`);
  await page.getByLabel('Find').fill('database-123');
  await page.waitForFunction(() => document.querySelectorAll('.vbody .vrow').length === 1);
  await visit(page, '#/database/database-10?view=history');
  await shot(page, `large-history-${scheme}-${size}`);
  await visit(page, '#/database/database-10?from=dev&to=prod');
  await page.locator('.difference').first().waitFor();
  await checkAccess(page, 'many differences');
  await shot(page, `large-differences-${scheme}-${size}`);
  await visit(page, '#/database/database-10?view=spread');
  await shot(page, `large-spread-${scheme}-${size}`);
  for (const name of ['drift', 'events', 'diagram/database-10@prod']) {
    await visit(page, `#/${name}`);
    await checkWidth(page, name);
    await shot(page, `large-${name.split('/')[0]}-${scheme}-${size}`);
  }
  await check(page, 'a large fleet');
  await page.close();
}

scenarios.large = () => lookAtMuch('light', 'desktop');
scenarios.large_on_a_phone = () => lookAtMuch('dark', 'phone');

let failed = false;

async function run(name) {
  const begun = performance.now();
  try {
    await scenarios[name]();
    console.log(`ok ${name}, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.log(`FAILED ${name}: ${error.message}\n${error.stack}`);
    const page = browser.contexts().at(-1)?.pages().at(-1);
    if (page && wishes.screenshots) await page.screenshot({path: path.join(wishes.screenshots, `failed-${name}.png`)}).catch(() => {});
    failed = true;
  }
}

for (const lanes of wishes.stages)
  await Promise.all(lanes.map(async (lane) => { for (const name of lane) await run(name); }));
await browser.close();
process.exit(failed ? 1 : 0);
