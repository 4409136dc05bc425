// VS Code's workbench as a user has it: a server, a browser, and what hands and eyes do.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

const TOOLS = process.env.DBT_MESH_WORKBENCH;
const { chromium } = createRequire(join(TOOLS, 'x.js'))('playwright-core');
/** Longer than any machine takes. */
export const PATIENCE = Number(process.env.DBT_MESH_PATIENCE ?? 60_000);

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.minimap.enabled': false,
  'explorer.compactFolders': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'always',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

/** Asks again and again until `probe` answers something. */
export async function until(what, probe, last) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await probe();
    if (answer) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what} did not come${last ? `; instead: ${JSON.stringify(await last())}` : ''}`);
    }
    await new Promise((go) => setTimeout(go, 50));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The workbench's server with folders of its own below `place`. */
export class Server {
  static async start(place, extension, settings = {}) {
    const it = new Server();
    it.folders = Object.fromEntries(['data', 'extensions'].map((name) => [name, join(place, name)]));
    mkdirSync(join(it.folders.data, 'User'), { recursive: true });
    mkdirSync(it.folders.extensions, { recursive: true });
    writeFileSync(join(it.folders.data, 'User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
    writeFileSync(join(place, 'config.yaml'), '');
    it.place = place;
    await it.run(['--install-extension', extension]);
    it.port = await freePort();
    it.process = it.run([
      '--auth', 'none', '--bind-addr', `127.0.0.1:${it.port}`, '--disable-telemetry', '--disable-update-check',
      '--disable-getting-started-override',
    ], true);
    await until('the workbench', () => fetch(`http://127.0.0.1:${it.port}/healthz`).then((it) => it.ok, () => false));
    return it;
  }

  run(words, goesOn = false) {
    const entry = join(TOOLS, 'node_modules/code-server/out/node/entry.js');
    const own = ['--user-data-dir', this.folders.data, '--extensions-dir', this.folders.extensions, '--config', join(this.place, 'config.yaml')];
    const env = {
      ...process.env,
      EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
      XDG_CACHE_HOME: join(this.place, 'cache'),
      XDG_CONFIG_HOME: join(this.place, 'config'),
      XDG_DATA_HOME: join(this.place, 'share'),
    };
    const child = spawn(process.execPath, [entry, ...own, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: goesOn });
    let said = '';
    child.stdout.on('data', (text) => { said += text; });
    child.stderr.on('data', (text) => { said += text; });
    this.said = () => said;
    if (goesOn) {
      return child;
    }
    return new Promise((resolve, reject) => {
      child.on('exit', (code) => (code === 0 ? resolve(said) : reject(new Error(`${words.join(' ')}: ${said}`))));
    });
  }

  stop() {
    // It has children of its own.
    process.kill(-this.process.pid);
  }
}

/** The browser. */
export async function browser() {
  const folder = join(TOOLS, 'browser');
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
    ],
  });
}

/** A window with a folder open. */
export class Window {
  constructor(page, folder) {
    this.page = page;
    this.folder = folder;
  }

  /** Opens a folder and says whether its authors are trusted. */
  static async open(browser, server, folder, trusts) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`http://127.0.0.1:${server.port}/?folder=${encodeURIComponent(folder)}`);
    const answer = trusts ? 'Yes, I trust the authors' : "No, I don't trust the authors";
    await page.getByRole('button', { name: answer }).click();
    await page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
    return new Window(page, folder);
  }

  /** Waits for something with this text in it to be seen. */
  async sees(selector, text) {
    const found = this.page.locator(selector, text === undefined ? {} : { hasText: text });
    await found.first().waitFor({ state: 'visible' });
    return found.first();
  }

  /** Opens a file with the cursor behind the first occurrence of a text, less some letters. */
  async goTo(file, text = '', back = 0) {
    const lines = readFileSync(join(this.folder, file), 'utf8').split('\n');
    const line = Math.max(lines.findIndex((line) => line.includes(text)), 0);
    const column = lines[line].indexOf(text) + text.length - back + 1;
    await this.page.keyboard.press('Control+KeyP');
    await this.sees('.quick-input-widget');
    await this.page.keyboard.insertText(`${file}:${line + 1}:${column}`);
    await this.sees('.quick-input-list .monaco-list-row.focused', file.split('/').at(-1));
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.tab(file.split('/').at(-1));
    await this.sees('.statusbar-item', `Ln ${line + 1}, Col ${column}`);
  }

  /** Waits for a tab to be the one that is looked at. */
  tab(name) {
    return this.sees('.tab.active', name);
  }

  async command(title) {
    await this.page.keyboard.press('F1');
    await this.sees('.quick-input-widget');
    await this.page.keyboard.insertText(title);
    await this.sees('.quick-input-list .monaco-list-row.focused', title);
    await this.page.keyboard.press('Enter');
  }

  /** The line that the cursor stands in. */
  async line() {
    const place = await (await this.sees('.statusbar-item', /^Ln \d+/)).textContent();
    const number = /Ln (\d+)/.exec(place)[1];
    return this.page.evaluate((number) => {
      const editor = document.querySelector('.editor-group-container.active .monaco-editor');
      const numbers = [...editor.querySelectorAll('.line-numbers')];
      const top = numbers.find((it) => it.textContent.trim() === number)?.parentElement.style.top;
      const line = [...editor.querySelectorAll('.view-line')].find((it) => it.style.top === top);
      return line?.textContent.replaceAll('\u00a0', ' ') ?? '';
    }, number);
  }

  /** Types a line at the end of the file. */
  async typeLine(text) {
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.type(text, { delay: 15 });
  }

  offered(label) {
    return this.sees('.suggest-widget.visible .monaco-list-row', label);
  }

  errors() {
    return this.page.locator('.editor-group-container.active .squiggly-error').count();
  }

  /** Takes back what was typed, so that the file is as it is on disk. */
  async revert() {
    await this.page.keyboard.press('Escape');
    await this.command('File: Revert File');
  }

  async shoot(name, clip) {
    const folder = process.env.DBT_MESH_SCREENSHOTS;
    // What moves into its place has come to rest then.
    await this.page.waitForTimeout(300);
    await this.page.screenshot({ path: join(folder, `${name}.png`), ...(clip ? { clip } : {}) });
  }

  /** The frame of a web panel that has `selector` in it. */
  frame(selector) {
    return until(`a panel with ${selector}`, async () => {
      for (const frame of this.page.frames()) {
        if (await frame.locator(selector).count().catch(() => 0)) {
          return frame;
        }
      }
      return undefined;
    });
  }
}
