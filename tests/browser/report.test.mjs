// The report page, looked at in a browser.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { drawn, end, madeUp, makePages, open, pictures, settled, start, view } from './pages.mjs';

let pages;

before(async () => {
  pages = makePages();
  await start();
});
after(end);

// Opens, looks, and closes: no page may complain, ask for anything, or be wider than its window.
async function look(path, how, act) {
  const { page, complaints, asked, close } = await open(path, how);
  await act(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.deepEqual(complaints, []);
  assert.deepEqual(asked, []);
  assert.equal(wide, 0, 'the page is wider than its window');
  await close();
}

for (const kind of ['backtest', 'sweep', 'walk']) {
  for (const scheme of ['light', 'dark']) {
    for (const width of [1440, 390]) {
      test(`${kind}, ${scheme}, ${width} wide`, () => look(pages[kind], { width, scheme, height: width === 390 ? 844 : 1000 }, async (page) => {
        assert.ok((await drawn(page)).colors > 8, 'the chart is drawn');
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const brightness = Number(ground.match(/\d+/)[0]);
        assert.equal(brightness < 128, scheme === 'dark', ground);
        await page.screenshot({ path: join(pictures, `${kind}-${scheme}-${width}.png`), fullPage: true });
      }));
    }
  }
}

test('a click on a trade moves the chart there', () => look(pages.backtest, {}, async (page) => {
  const [all, pixels] = [await view(page), await drawn(page)];
  await page.locator('#trades tbody tr').nth(3).click();
  await settled(page);
  const [from, to] = await view(page);
  assert.ok(to - from < (all[1] - all[0]) / 2, 'zoomed in');
  assert.notEqual((await drawn(page)).hash, pixels.hash);
  assert.equal(await page.locator('#trades tr[aria-current]').getAttribute('data-trade'), '4');
  assert.match(await page.locator('#readout').textContent(), /Trade 4/);
  const box = await page.locator('#chart').boundingBox();
  assert.ok(box.y >= 0 && box.y < 400, `the chart is in view: ${box.y}`);
}));

test('Enter on a trade does the same', () => look(pages.backtest, {}, async (page) => {
  const all = await view(page);
  await page.locator('#trades tbody button').nth(5).focus();
  await page.keyboard.press('Enter');
  await settled(page);
  const [from, to] = await view(page);
  assert.ok(to - from < (all[1] - all[0]) / 2);
  assert.match(await page.locator('#said').textContent(), /^Trade 6: bought/);
}));

test('the chart obeys the keyboard', () => look(pages.backtest, {}, async (page) => {
  await page.locator('#chart').focus();
  const all = await view(page);
  const press = async (key) => {
    await page.keyboard.press(key);
    await settled(page);
    return view(page);
  };
  await press('+');
  const near = await press('+');
  assert.ok(near[1] - near[0] < (all[1] - all[0]) * 0.6, '+ zooms in');
  const left = await press('ArrowLeft');
  assert.ok(left[0] < near[0] && left[1] < near[1], 'left moves left');
  const first = await press('Home');
  assert.equal(first[0], all[0], 'Home is the beginning');
  const last = await press('End');
  assert.equal(last[1], all[1], 'End is the end');
  assert.match(await page.locator('#said').textContent(), /^Showing \d{4}-\d\d-\d\d to/);
  assert.deepEqual(await press('0'), all, '0 shows all');
  const trade = await press('n');
  assert.ok(trade[1] - trade[0] < all[1] - all[0], 'n shows a trade');
  const before = await page.locator('#said').textContent();
  await press('p');
  assert.notEqual(await page.locator('#said').textContent(), before, 'p shows the one before');
}));

test('the tab key reaches everything and is not caught', () => look(pages.backtest, {}, async (page) => {
  const reached = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
  }
  for (const wanted of ['theme', 'chart', 'Log', 'Profit', '1']) assert.ok(reached.includes(wanted), `${wanted} in ${reached}`);
}));

test('mouse and wheel move and zoom', () => look(pages.backtest, {}, async (page) => {
  const all = await view(page);
  const box = await page.locator('#chart').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + 200];
  await page.mouse.move(x, y);
  await settled(page);
  assert.match(await page.locator('#readout').textContent(), /open .*close .*equity .*drawdown/);
  await page.mouse.wheel(0, -600);
  await settled(page);
  const near = await view(page);
  assert.ok(near[1] - near[0] < (all[1] - all[0]) * 0.7, 'the wheel zooms');
  await page.mouse.down();
  await page.mouse.move(x + 200, y, { steps: 4 });
  await page.mouse.up();
  await settled(page);
  const moved = await view(page);
  assert.ok(moved[0] < near[0] && Math.abs(moved[1] - moved[0] - near[1] + near[0]) < 1, 'dragging moves');
}));

test('two fingers zoom', () => look(pages.backtest, { width: 390, height: 844, touch: true }, async (page) => {
  await page.locator('#chart').scrollIntoViewIfNeeded();
  const all = await view(page);
  const box = await page.locator('#chart').boundingBox();
  const client = await page.context().newCDPSession(page);
  const touch = (type, apart) => client.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: apart === null ? [] : [-1, 1].map((side, id) => ({ x: box.x + 150 + side * apart, y: box.y + 150, id })),
  });
  await touch('touchStart', 30);
  for (const apart of [40, 60, 90, 120]) await touch('touchMove', apart);
  await touch('touchEnd', null);
  await settled(page);
  const near = await view(page);
  assert.ok(near[1] - near[0] < (all[1] - all[0]) * 0.6, 'zoomed in');
}));

test('the list of trades is sorted by a click', () => look(pages.backtest, {}, async (page) => {
  const profits = async () => (await page.locator('#trades tbody tr td:nth-child(7)').allTextContents())
    .map((it) => Number(it.replaceAll('\u202f', '').replace('\u2212', '-')));
  const head = page.locator('#trades thead th').nth(6);
  await head.locator('button').click();
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  const up = await profits();
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await head.locator('button').click();
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  const down = await profits();
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  assert.ok(down[0] > 0 && up[0] < 0);
}));

test('the switch turns light into dark and back', () => look(pages.backtest, {}, async (page) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [light, pixels] = [await ground(), await drawn(page)];
  await page.locator('#theme').click();
  await settled(page);
  assert.notEqual(await ground(), light);
  assert.notEqual((await drawn(page)).hash, pixels.hash, 'the chart too');
  await page.locator('#theme').click();
  await settled(page);
  assert.equal(await ground(), light);
}));

test('texts that would like to be code stay texts', () => look(madeUp('hostile'), {}, async (page) => {
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.locator('script').count(), 2);
  assert.match(await page.locator('h1').textContent(), /<\/script><img/);
  await page.locator('#trades tbody tr').first().click();
  await settled(page);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.match(await page.locator('#trades tbody').textContent(), /onerror/);
}));

test('code that got in would not run, nor reach a network', async () => {
  const { page, close } = await open(pages.backtest);
  const stopped = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.hurt = 1';
    document.body.append(script);
    const sent = await fetch('https://example.com/').then(() => 'sent', () => 'stopped');
    return [window.hurt, sent];
  });
  assert.deepEqual(stopped, [undefined, 'stopped']);
  await close();
});

test('nothing, and one candle, are pages', async () => {
  await look(madeUp('empty'), {}, async (page) => assert.equal(await page.locator('#chart').count(), 0));
  await look(madeUp('one'), { width: 390 }, async (page) => {
    assert.ok((await drawn(page)).colors > 2);
    await page.locator('#chart').focus();
    for (const key of ['+', '-', 'ArrowLeft', 'n', 'p', 'Home', 'End', '0']) await page.keyboard.press(key);
    assert.match(await page.locator('main').textContent(), /It never traded/);
  });
});

test('two million candles are small and smooth', () => {
  const path = madeUp('many');
  assert.ok(statSync(path).size < 3e6);
  return look(path, {}, async (page) => {
    await page.locator('#chart').focus();
    const frame = await page.evaluate(async () => {
      const box = document.getElementById('chart');
      const times = [];
      for (let i = 0; i < 40; i++) {
        box.dispatchEvent(new KeyboardEvent('keydown', { key: i % 4 ? '+' : 'ArrowLeft' }));
        const began = performance.now();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[20];
    });
    console.log(`a frame in the middle takes ${frame.toFixed(1)} ms`);
    assert.match(await page.locator('#chart-note').textContent(), /This page keeps 32 candles in one/);
  });
});

test('maps of one, two and three parameters', async () => {
  await look(madeUp('line'), { width: 390 }, async (page) => {
    assert.equal(await page.locator('#heat-map svg circle').count(), 30);
    assert.match(await page.locator('#heat-map svg').getAttribute('aria-label'), /5 .*, 6 /);
  });
  await look(madeUp('wide'), { width: 390 }, async (page) => {
    assert.equal(await page.locator('#heat-map tbody tr').count(), 30);
    const shades = await page.locator('#heat-map td').evaluateAll((all) => new Set(all.map((it) => it.style.backgroundColor)).size);
    assert.ok(shades > 20, 'cells differ in color');
  });
  await look(madeUp('deep'), {}, async (page) => {
    assert.equal(await page.locator('#choices select').count(), 3);
    const before = await page.locator('#heat-map').innerHTML();
    await page.locator('#choices select').nth(1).selectOption({ label: 'stop' });
    assert.notEqual(await page.locator('#heat-map').innerHTML(), before);
    await page.locator('#choices select').nth(2).selectOption({ index: 1 });
    await page.screenshot({ path: join(pictures, 'deep.png') });
  });
  await look(pages.sweep, {}, async (page) => {
    assert.equal(await page.locator('#heat-map td.shown').count(), 1);
    assert.match(await page.locator('#cell').textContent(), /^Shown on this page: fast = /);
  });
});

test('on paper it is light and complete', async () => {
  const { page, close } = await open(pages.backtest, { scheme: 'dark', width: 700 });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await settled(page);
  const [wide, ground] = await page.evaluate(() => [
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    getComputedStyle(document.body).backgroundColor]);
  assert.equal(wide, 0, 'wider than the paper');
  assert.equal(ground, 'rgb(255, 255, 255)');
  await page.screenshot({ path: join(pictures, 'paper.png'), fullPage: true });
  await page.emulateMedia({ media: null });
  await page.pdf({ path: join(pictures, 'paper.pdf'), format: 'A4' });
  assert.ok(statSync(join(pictures, 'paper.pdf')).size > 20000);
  await close();
});
