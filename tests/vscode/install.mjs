// Makes what npm installed ready to run: the workbench's own packages, the browser and its fonts.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
const modules = join(folder, 'node_modules');
const npm = (at) =>
  execFileSync('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: at, stdio: 'inherit' });
const workbench = join(modules, 'code-server/lib/vscode');
npm(workbench);
npm(join(workbench, 'extensions'));

const packed = join(modules, '@sparticuz/chromium/bin');
const browser = join(folder, 'browser');
rmSync(browser, { recursive: true, force: true });
mkdirSync(browser);
writeFileSync(join(browser, 'chromium'), brotliDecompressSync(readFileSync(join(packed, 'chromium.br'))), { mode: 0o755 });
for (const name of ['al2023', 'fonts', 'swiftshader']) {
  const input = brotliDecompressSync(readFileSync(join(packed, `${name}.tar.br`)));
  execFileSync('tar', ['-x', '-C', browser], { input });
}
const fonts = join(browser, 'fonts');
cpSync(join(modules, 'dejavu-fonts-ttf/ttf'), fonts, { recursive: true });
writeFileSync(
  join(browser, 'fonts.conf'),
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir prefix="relative">fonts</dir>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
<alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias></fontconfig>`,
);
