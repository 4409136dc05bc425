// Does in VS Code what a user does, over copies of the example mesh, and looks at what is seen then. Every wait is for
// a condition; the exit code says how it went.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, Window, browser, until } from './workbench.mjs';

const PLACE = process.env.DBT_MESH_PLACE;
const MESH = process.env.DBT_MESH_EXAMPLE;
const ORDER_ITEMS = 'domain_sales/models/marts/order_items.sql';
const ORDER_COSTS = 'domain_finance/models/intermediate/int_order_costs.sql';

/** The processes of the server inside the extension. */
function servers(folder) {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/exe`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

const trusted = [
  ['the status bar shows the mesh', async ({ window }) => {
    await window.sees('.statusbar-item', '3 projects, 3 manifests');
  }],

  ['the first argument completes while half typed', async ({ window }) => {
    await window.goTo(ORDER_ITEMS);
    await window.typeLine("select * from {{ ref('domain_inv");
    await window.offered('domain_inventory');
    await window.page.keyboard.press('Enter');
    await until('the project', async () => (await window.line()).includes("ref('domain_inventory'"), () => window.line());
    await window.revert();
  }],

  ['the second argument completes while half typed', async ({ window }) => {
    await window.goTo(ORDER_ITEMS);
    await window.typeLine("select * from {{ ref('domain_inventory', 'stock_");
    await window.offered('stock_by_month');
    await window.shoot('vscode-completion');
    await window.page.keyboard.press('Enter');
    console.log(`        from the .vsix to the first completed ref: ${Math.round((Date.now() - start) / 100) / 10} s`);
    await until('the model', async () => (await window.line()).includes("ref('domain_inventory', 'stock_by_month')"), () => window.line());
    await window.revert();
  }],

  ['the card of a model of the other project shows what it promises', async ({ window }) => {
    await window.goTo(ORDER_ITEMS, 'selling_prices', 3);
    await window.page.keyboard.press('Control+KeyK');
    await window.page.keyboard.press('Control+KeyI');
    const card = await window.sees('.monaco-hover:not(.hidden)', 'The price of each product on sale');
    const text = await card.textContent();
    for (const part of ['price_cents', 'integer', 'public', 'catalogue']) {
      assert.ok(text.includes(part), `no ${part} in ${text}`);
    }
    await window.shoot('vscode-hover');
    await window.page.keyboard.press('Escape');
  }],

  ['F12 goes to the SQL file of the other project', async ({ window }) => {
    await window.goTo(ORDER_ITEMS, 'selling_prices', 3);
    await window.page.keyboard.press('F12');
    await window.tab('selling_prices_v2.sql');
  }],

  ['a wrong ref is underlined while typing and put right by its fix', async ({ window }) => {
    await window.goTo(ORDER_COSTS, 'stock_by_month');
    await until('no error', async () => (await window.errors()) === 0);
    await window.page.keyboard.type('s');
    await until('an error', async () => (await window.errors()) > 0);
    await window.page.keyboard.press('Control+Period');
    const fix = await window.sees('.action-widget .monaco-list-row', 'stock_by_month');
    await window.shoot('vscode-fix');
    await fix.click();
    await until('no error', async () => (await window.errors()) === 0);
    assert.match(await window.line(), /'stock_by_month'/);
    await window.revert();
  }],

  ['Jinja is coloured and SQL stays SQL', async ({ window }) => {
    await window.goTo(ORDER_ITEMS, 'select');
    await window.sees('.statusbar-item', /SQL/);
    const colours = await until('colours', () => window.page.evaluate(() => {
      const spans = [...document.querySelectorAll('.editor-group-container.active .view-line span > span')];
      const colour = (text) => {
        const span = spans.find((it) => it.textContent.trim() === text);
        return span && getComputedStyle(span).color;
      };
      const found = { select: colour('select'), ref: colour('ref') };
      return found.select && found.ref && found;
    }));
    assert.notEqual(colours.ref, colours.select);
  }],

  ['the published version of a model opens beside its file', async ({ window }) => {
    await window.goTo(ORDER_ITEMS, 'selling_prices', 3);
    await window.command('dbt mesh: Open the Published Version');
    await window.tab('selling_prices.v2.sql');
    await window.sees('.editor-group-container.active .view-line', 'as published');
  }],

  ['the lineage of a model is drawn and leads to files', async ({ window }) => {
    await window.goTo(ORDER_ITEMS, 'selling_prices', 3);
    await window.page.keyboard.press('Control+KeyB');
    await window.command('dbt mesh: Show Lineage');
    const frame = await window.frame('#picture');
    for (const name of ['order_items', 'selling_prices v2', 'order_profit_and_loss']) {
      await frame.locator('.node', { hasText: name }).first().waitFor({ state: 'visible' });
    }
    assert.ok((await frame.locator('.project').count()) >= 3);
    await window.shoot('vscode-lineage');
    await frame.locator('#fit').click();
    await frame.locator('.node', { hasText: 'order_profit_and_loss' }).first().click();
    await window.tab('order_profit_and_loss.sql');
    await frame.locator('.node', { hasText: 'stg_products' }).first().click({ modifiers: ['Shift'] });
    await window.sees('.tab', 'Lineage of stg_products');
    await window.page.keyboard.press('Control+KeyB');
  }],

  ['the contract of a model is written into the file that describes it', async ({ window }) => {
    await window.goTo('domain_sales/models/staging/stg_order_lines.sql');
    await window.command('dbt mesh: Generate Contract');
    await window.tab('_staging.yml');
    await window.sees('.editor-group-container.active .view-line', /enforced:\s+true/);
    await window.sees('.editor-group-container.active .view-line', 'line_number');
    await until('no error', async () => (await window.errors()) === 0);
    await window.shoot('vscode-contract');
    await window.revert();
    await window.goTo(ORDER_ITEMS);
    await window.command('dbt mesh: Generate Contract');
    await window.sees('.notification-toast', 'the contract of `order_items` has all columns of the SELECT');
    await window.page.keyboard.press('Escape');
  }],

  ['projects and manifests are listed with their ages', async ({ window }) => {
    await (await window.sees('.statusbar-item', '3 projects, 3 manifests')).click();
    await window.sees('.quick-input-list .monaco-list-row', /domain_inventory.*read by domain_sales.*models.*old/);
    await window.sees('.quick-input-list .monaco-list-row', 'Refresh Manifests');
    await window.shoot('vscode-mesh');
    await window.page.keyboard.press('Escape');
  }],

  ['a server that is killed is started again', async ({ window, server }) => {
    const [old] = servers(server.folders.extensions);
    process.kill(Number(old), 'SIGKILL');
    await until('another server', () => servers(server.folders.extensions).some((id) => id !== old));
    await window.sees('.statusbar-item', '3 projects, 3 manifests');
    await window.goTo(ORDER_ITEMS);
    await window.typeLine("select * from {{ ref('domain_inventory', 'stock_");
    await window.offered('stock_by_month');
    await window.revert();
  }],

  ['the log and the restart are commands', async ({ window, server }) => {
    const [old] = servers(server.folders.extensions);
    await window.command('dbt mesh: Restart Server');
    await until('another server', () => servers(server.folders.extensions).some((id) => id !== old));
    await window.sees('.statusbar-item', '3 projects, 3 manifests');
    await window.command('dbt mesh: Show Log');
    await window.sees('.part.panel', 'dbt mesh');
  }],
];

// A folder whose authors nobody trusts: it names a server of its own, and of one project it has the manifest alone.
const untrusted = [
  ['a workspace that is not trusted has the server of the extension', async ({ window, server }) => {
    await window.sees('.statusbar-item', '2 projects, 3 manifests');
    assert.ok(!existsSync(join(PLACE, 'foreign-server-ran')), 'the server of a workspace was started');
    // The first window's server waits for that window to come back.
    assert.equal(servers(server.folders.extensions).filter((id) => !before.includes(id)).length, 1);
  }],

  ['F12 goes to what was published where there is no working copy', async ({ window }) => {
    await window.goTo(ORDER_ITEMS, 'selling_prices', 3);
    await window.page.keyboard.press('F12');
    await window.tab('selling_prices.v2.sql');
    await window.sees('.editor-group-container.active .view-line', 'not on this disk');
    await window.shoot('vscode-published');
  }],
];

// The page that the command line writes, in a browser alone.
const pages = [
  ['the page of the command line is drawn, in light and in dark', async ({ chrome }) => {
    const page = join(PLACE, 'lineage.html');
    writeFileSync(page, execFileSync(process.env.DBT_MESH_SERVER, ['graph', 'selling_prices', '--in', MESH, '--open-with', 'about:blank#{path}:{line}']));
    for (const colorScheme of ['light', 'dark']) {
      const context = await chrome.newContext({ viewport: { width: 1180, height: 560 }, colorScheme });
      const seen = await context.newPage();
      const problems = [];
      seen.on('pageerror', (error) => problems.push(String(error)));
      seen.on('console', (message) => problems.push(message.text()));
      await seen.goto(`file://${page}`);
      const model = seen.locator('.node', { hasText: 'order_items' });
      await model.hover();
      await seen.locator('#card', { hasText: 'item_value_cents' }).waitFor();
      assert.equal(await seen.locator('.edge.broken').count(), 1);
      await seen.locator('#picture').hover({ position: { x: 5, y: 5 } });
      await seen.screenshot({ path: join(process.env.DBT_MESH_SCREENSHOTS, `lineage-${colorScheme}.png`) });
      const [opened] = await Promise.all([context.waitForEvent('page'), model.click()]);
      await opened.waitForURL(/order_items\.sql:1$/);
      await seen.locator('#search').fill('catal');
      await seen.locator('.node.near', { hasText: 'product_catalogue' }).waitFor();
      assert.deepEqual(problems, []);
      await context.close();
    }
  }],

  ['what terminals showed is made into pictures', async ({ chrome }) => {
    const folder = process.env.DBT_MESH_SCREENSHOTS;
    for (const file of readdirSync(folder).filter((file) => file.endsWith('.html'))) {
      const page = await chrome.newPage();
      await page.goto(`file://${join(folder, file)}`);
      await page.locator('pre').screenshot({ path: join(folder, file.replace('.html', '.png')) });
      await page.close();
    }
  }],
];

function foreignMesh() {
  const folder = join(PLACE, 'foreign');
  cpSync(MESH, folder, { recursive: true });
  for (const entry of readdirSync(join(folder, 'domain_inventory'))) {
    if (entry !== 'target') {
      rmSync(join(folder, 'domain_inventory', entry), { recursive: true });
    }
  }
  const program = join(folder, 'server.sh');
  writeFileSync(program, `#!/bin/sh\ntouch '${join(PLACE, 'foreign-server-ran')}'\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'dbtMesh.server.path': program }));
  return folder;
}

async function run(tests, context) {
  let failed = 0;
  for (const [name, body] of tests) {
    const start = Date.now();
    try {
      await context.window?.page.mouse.move(640, 755);
      await body(context);
      console.log(`ok      ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name} (${Date.now() - start} ms)\n        ${String(error.stack).replaceAll('\n', '\n        ')}`);
      await context.window?.shoot(`failed-${failed}-${name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
      await context.window?.page.keyboard.press('Escape');
    }
  }
  return failed;
}

const start = Date.now();
const server = await Server.start(PLACE, process.env.DBT_MESH_VSIX);
const chrome = await browser();
let failed = 0;
let before = [];
try {
  failed += await run(pages, { chrome });
  const window = await Window.open(chrome, server, MESH, true);
  failed += await run(trusted, { window, server });
  await window.page.close();
  before = servers(server.folders.extensions);
  const foreign = await Window.open(chrome, server, foreignMesh(), false);
  failed += await run(untrusted, { window: foreign, server });
} finally {
  await chrome.close();
  server.stop();
}
const all = pages.length + trusted.length + untrusted.length;
console.log(`vscode: ${all - failed} of ${all} passed`);
process.exit(failed === 0 ? 0 : 1);
