/* Scenarios in a real browser. One line of JSON on standard input says which: {scenario, base, token, profile, screenshots}.
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
  {name: 'notify', hash: '#/notify', shows: ''},
];

const browser = await chromium.launchPersistentContext(wishes.profile, {executablePath: '/usr/bin/chromium', headless: true, args: ARGUMENTS});

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

async function open({scheme = 'light', size = 'desktop', signedIn = true} = {}) {
  const page = watch(await browser.newPage());
  await page.emulateMedia({colorScheme: scheme, reducedMotion: 'reduce'});
  await page.setViewportSize(SIZES[size]);
  await page.addInitScript(([value, key]) => {
    window.broken = [];
    document.addEventListener('securitypolicyviolation', (event) => window.broken.push(`${event.violatedDirective}: ${event.blockedURI}`));
    window.alert = () => window.broken.push('alert() was called');
    if (value !== null && location.protocol.startsWith('http')) sessionStorage.setItem(key, value);
  }, [signedIn ? token : null, 'driftline.token']);
  return page;
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
  await page.evaluate(axe.source);
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
}

async function shot(page, name) {
  if (wishes.screenshots) await page.screenshot({path: path.join(wishes.screenshots, `${name}.png`)});
}

const text = (page) => page.locator('body').innerText();
const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };
const waitForHash = (page, start) => page.waitForFunction((value) => location.hash.startsWith(value), start, {timeout: 20000});

/* ---- scenarios ---- */

const scenarios = {};

async function lookAt(page, entry, what) {
  await visit(page, entry.hash, entry);
  await page.waitForFunction((words) => document.body.innerText.includes(words), entry.shows, {timeout: 20000}).catch(() => {});
  assert.ok((await text(page)).includes(entry.shows), `${what}: '${entry.shows}' is not in it:\n${await text(page)}`);
  assert.ok((await page.title()).endsWith('· Driftline'), `${what}: no title`);
  await shot(page, what);
  await checkAccess(page, what);
  await checkWidth(page, what);
  await check(page, what);
  assert.equal(await page.locator('img[src="x"]').count(), 0, `${what}: a name became markup`);
}

/* Each page in both themes, on a large and a small window. All that is found is told, not the first alone. */
scenarios.pages = async () => {
  const found = [];
  for (const scheme of SCHEMES)
    for (const size of Object.keys(SIZES)) {
      const page = await open({scheme, size});
      for (const entry of PAGES.filter(({name}) => !wishes.only || wishes.only.includes(name))) {
        const what = `${entry.name}-${scheme}-${size}`;
        await lookAt(page, entry, what).catch((error) => found.push(error.message));
        page.problems.length = 0;
      }
      await page.close();
    }
  nothing(found, 'pages');
  console.log(`${PAGES.length} pages, each in 2 themes and 2 sizes`);
};

scenarios.signing_in = async () => {
  for (const scheme of SCHEMES)
    for (const size of Object.keys(SIZES)) {
      const page = await open({scheme, size, signedIn: false});
      await page.goto(`${base}/#/gate?database=orders`);
      await page.getByLabel('Token').waitFor();
      await checkAccess(page, 'signing in');
      await checkWidth(page, 'signing in');
      await shot(page, `signin-${scheme}-${size}`);
      await check(page, 'signing in');
      await page.close();
    }
  const page = await open({signedIn: false});
  await page.goto(`${base}/#/gate?database=orders`);
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
  await reachWithTab(page);
  await page.close();
};

/* All that can be used is reached with Tab, and shows that it is. */
async function reachWithTab(page) {
  await visit(page, '#/fleet');
  const seen = new Set();
  for (let i = 0; i < 40; i++) {
    await press(page, 'Tab');
    const [name, outline] = await page.evaluate(() => {
      const element = document.activeElement, style = getComputedStyle(element);
      return [element === document.body ? '' : (element.textContent || element.id || element.tagName).trim(), style.outlineStyle];
    });
    if (name === '') break;
    assert.notEqual(outline, 'none', `'${name}' does not show that it has the focus`);
    seen.add(name);
  }
  for (const name of ['Skip to the page', 'Drift', 'Sign out', 'orders', 'billing'])
    assert.ok([...seen].some((other) => other.startsWith(name)), `'${name}' is not reached with Tab: ${[...seen].join(' | ')}`);
}

/* The old and the new definition, cause and actor. */
scenarios.differences = async () => {
  for (const scheme of SCHEMES)
    for (const size of Object.keys(SIZES)) {
      const page = await open({scheme, size});
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
      await checkAccess(page, 'differences');
      await checkWidth(page, 'differences');
      await shot(page, `differences-${scheme}-${size}`);
      await check(page, 'differences');
      await page.close();
    }
};

/* What changes is seen without doing anything. */
scenarios.live = async () => {
  const page = await open();
  await visit(page, '#/database/billing?from=staging&to=prod');
  await page.locator('.live-on').waitFor({timeout: 20000});
  await page.getByText('They are alike').waitFor();
  console.log('> change');
  await lines.next();
  await page.getByText('main.just_now').first().waitFor({timeout: 30000});
  await check(page, 'live events');
  await page.close();
};

scenarios.empty = async () => {
  for (const scheme of SCHEMES)
    for (const size of Object.keys(SIZES)) {
      const page = await open({scheme, size});
      for (const name of ['fleet', 'drift', 'gate', 'contracts', 'agents', 'events', 'diagram', 'notify']) {
        await visit(page, `#/${name}`);
        await checkAccess(page, `${name}, empty`);
        await checkWidth(page, `${name}, empty`);
        await shot(page, `empty-${name}-${scheme}-${size}`);
        await check(page, `${name}, empty`);
      }
      await page.close();
    }
};

/* A fleet of thousands. */
scenarios.large = async () => {
  for (const scheme of SCHEMES)
    for (const size of Object.keys(SIZES)) {
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
      for (const name of ['drift', 'events']) {
        await visit(page, `#/${name}`);
        await checkWidth(page, name);
        await shot(page, `large-${name}-${scheme}-${size}`);
      }
      await check(page, 'a large fleet');
      await page.close();
    }
};

let failed = false;
try {
  await scenarios[wishes.scenario]();
  console.log(`ok ${wishes.scenario}`);
} catch (error) {
  console.log(`FAILED ${wishes.scenario}: ${error.message}\n${error.stack}`);
  const page = browser.pages().at(-1);
  if (page && wishes.screenshots) await page.screenshot({path: path.join(wishes.screenshots, `failed-${wishes.scenario}.png`)}).catch(() => {});
  failed = true;
}
await browser.close();
process.exit(failed ? 1 : 0);
