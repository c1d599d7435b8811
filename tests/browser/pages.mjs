// Makes the pages that the tests look at, and opens them in Chromium.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { chromium } = await import(process.env.PLAYWRIGHT);

export const folder = mkdtempSync(join(tmpdir(), 'slackwater-pages-'));
export const pictures = process.env.SCREENSHOTS || join(folder, 'pictures');
mkdirSync(pictures, { recursive: true });

const HOUR = 3600;
const START = 1577836800;

// A walk with waves, so that averages cross: always the same.
function candles(count) {
  const lines = [];
  let price = 7200;
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const open = price;
    price = Math.max(500, price * (1 + Math.sin(i / 90) * 0.0015 + (state / 2 ** 32 - 0.5) * 0.012));
    const [low, high] = [Math.min(open, price) * 0.997, Math.max(open, price) * 1.003];
    const text = [open, high, low, price].map((it) => it.toFixed(1)).join(',');
    lines.push(`${START + i * HOUR},${text},1.5,12`);
  }
  return lines.join('\n') + '\n';
}

export function slackwater(...words) {
  return execFileSync(process.env.SLACKWATER, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function madeUp(name) {
  const path = join(folder, `${name}.html`);
  const html = execFileSync(process.env.MADE_UP_PAGES, { input: name, maxBuffer: 1 << 26 });
  writeFileSync(path, html);
  return path;
}

const SHARED = ['--data', 'XBTUSD_60.csv', '--pair', 'BTC/USD', '--strategy', 'sma_cross',
  '--fee', '0.10/0.05', '--slippage', '0.02%'];

export function makePages() {
  writeFileSync(join(folder, 'XBTUSD_60.csv'), candles(9000));
  slackwater('backtest', ...SHARED, '--set', 'fast=20', '--set', 'slow=50', '--report', 'backtest.html');
  const research = [...SHARED, '--grid', 'fast=10..40:10', '--grid', 'slow=50..110:20', '--data-dir', 'memory'];
  slackwater('sweep', ...research, '--metric', 'sharpe', '--report', 'sweep.html');
  slackwater('walk-forward', ...research, '--train', '90d', '--test', '30d', '--report', 'walk.html');
  return Object.fromEntries(['backtest', 'sweep', 'walk'].map((it) => [it, join(folder, `${it}.html`)]));
}

let browser;

export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
}

export async function end() {
  await browser.close();
}

// A page that is open, and all that it complained of and asked for.
export async function open(path, { width = 1440, height = 1000, scheme = 'light', touch = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, hasTouch: touch, reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const address = pathToFileURL(path).href;
  const complaints = [];
  const asked = [];
  page.on('console', (said) => complaints.push(said.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => { if (request.url() !== address) asked.push(request.url()); });
  await page.goto(address);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return { page, complaints, asked, close: () => context.close() };
}

// What is drawn, as a text that differs when a pixel does; and of how many colors.
export function drawn(page) {
  return page.evaluate(() => {
    const canvas = document.getElementById('canvas');
    // From a copy: a browser complains when the canvas itself is read again and again.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const bytes = copy.getImageData(0, 0, canvas.width, canvas.height).data;
    const colors = new Set();
    let hash = 0;
    for (let i = 0; i < bytes.length; i += 4) {
      const pixel = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
      hash = (Math.imul(hash, 31) + pixel) | 0;
      colors.add(pixel);
    }
    return { hash, colors: colors.size };
  });
}

export const settled = (page) => page.evaluate(
  () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

export const view = (page) => page.evaluate(() => window.slackwaterView());
