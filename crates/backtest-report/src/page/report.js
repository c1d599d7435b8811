// Draws what moves on a report: the chart, the list of trades, the map of parameters. It reads one
// block of data in the page and nothing else; texts become text nodes and never markup.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const byId = (id) => document.getElementById(id);
  const DAY = 86400;
  const PAGE_OF_TRADES = 25;
  const TRADES_ON_PAPER = 500;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'onclick') made.addEventListener('click', value);
      else if (value !== null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // ---- Times and numbers -------------------------------------------------------------------------

  const pad = (number) => String(number).padStart(2, '0');
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

  function dateText(seconds) {
    return new Date(seconds * 1000).toISOString().slice(0, 10);
  }

  function timeText(seconds) {
    const iso = new Date(seconds * 1000).toISOString();
    return iso.slice(0, 10) + ' ' + iso.slice(11, seconds % 60 ? 19 : 16);
  }

  // A decimal with its thousands apart; what it says is not changed.
  function grouped(text) {
    const [whole, part] = String(text).split('.');
    const apart = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f').replace('-', '\u2212');
    return part === undefined ? apart : apart + '.' + part;
  }

  function roundNumber(value, digits) {
    return grouped(value.toFixed(Math.max(0, Math.min(10, digits))));
  }

  function percentText(part) {
    const text = Math.abs(part * 100).toFixed(1) + '\u202f%';
    return (part < 0 ? '\u2212' : '') + text;
  }

  function short(value) {
    if (value === null) return 'none';
    const size = Math.abs(value);
    if (size >= 1000) return grouped(value.toFixed(0));
    return grouped(value.toFixed(size >= 100 ? 1 : size >= 0.1 || size === 0 ? 2 : 4));
  }

  // ---- The series, read back ---------------------------------------------------------------------

  function reader(base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    let at = 0;
    // By multiplication: the numbers are larger than the 32 bits of shifts.
    function unsigned() {
      let value = 0;
      let scale = 1;
      for (;;) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
        scale *= 128;
      }
    }
    function signed() {
      const value = unsigned();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    return { unsigned, signed };
  }

  const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'equity', 'equityMin', 'equityMax', 'fall'];

  function newLevel(count, width) {
    const level = { count, width };
    for (const name of COLUMNS) level[name] = new Float64Array(count);
    return level;
  }

  function unpack(chart) {
    const level = newLevel(chart.count, chart.interval * chart.factor);
    const { unsigned, signed } = reader(chart.series);
    const price = 10 ** chart.price_decimals;
    const money = 10 ** chart.equity_decimals;
    let place = 0, close = 0, equity = 0;
    for (let i = 0; i < chart.count; i++) {
      place += unsigned();
      const open = close + signed();
      close = open + signed();
      level.time[i] = chart.start + place * level.width;
      level.open[i] = open / price;
      level.close[i] = close / price;
      level.high[i] = (Math.max(open, close) + unsigned()) / price;
      level.low[i] = (Math.min(open, close) - unsigned()) / price;
      equity += signed();
      level.equity[i] = equity / money;
      level.equityMax[i] = (equity + (chart.factor > 1 ? unsigned() : 0)) / money;
      level.equityMin[i] = (equity - (chart.factor > 1 ? unsigned() : 0)) / money;
      place += 1;
    }
    addFalls(level, Number(chart.cash_start));
    return level;
  }

  // How far the equity is below its highest so far. Inside a bucket the order is not known.
  function addFalls(level, cash) {
    let peak = cash;
    for (let i = 0; i < level.count; i++) {
      const lowest = level.equityMin[i] / peak - 1;
      peak = Math.max(peak, level.equityMax[i]);
      level.fall[i] = Math.min(0, lowest, level.equity[i] / peak - 1);
    }
  }

  // The same candles, two by two.
  function halved(level, start) {
    const next = newLevel(level.count, level.width * 2);
    let n = -1;
    for (let i = 0; i < level.count; i++) {
      const time = start + Math.floor((level.time[i] - start) / next.width) * next.width;
      if (n < 0 || next.time[n] !== time) {
        n += 1;
        for (const name of COLUMNS) next[name][n] = level[name][i];
        next.time[n] = time;
        continue;
      }
      next.high[n] = Math.max(next.high[n], level.high[i]);
      next.low[n] = Math.min(next.low[n], level.low[i]);
      next.close[n] = level.close[i];
      next.equity[n] = level.equity[i];
      next.equityMin[n] = Math.min(next.equityMin[n], level.equityMin[i]);
      next.equityMax[n] = Math.max(next.equityMax[n], level.equityMax[i]);
      next.fall[n] = Math.min(next.fall[n], level.fall[i]);
    }
    next.count = n + 1;
    for (const name of COLUMNS) next[name] = next[name].slice(0, next.count);
    return next;
  }

  function pyramid(chart) {
    const levels = [unpack(chart)];
    while (levels[levels.length - 1].count > 200) {
      levels.push(halved(levels[levels.length - 1], chart.start));
    }
    return levels;
  }

  // The first place whose time is not below `time`.
  function search(times, time) {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // ---- Colors ------------------------------------------------------------------------------------

  const media = window.matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : media.matches;
  };
  const redraws = [];
  let colors = {};

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    colors = {};
    for (const name of ['ground', 'card', 'ink', 'soft', 'line', 'faint', 'up', 'down', 'entry', 'exit',
      'equity', 'hold', 'bad', 'pick', 'mid', 'low', 'high']) {
      colors[name] = style.getPropertyValue('--' + name).trim();
    }
  }

  function recolor() {
    readColors();
    byId('theme').textContent = isDark() ? 'Light' : 'Dark';
    byId('theme').setAttribute('aria-label', isDark() ? 'Switch to light colors' : 'Switch to dark colors');
    for (const redraw of redraws) redraw();
  }

  function setUpTheme() {
    byId('theme').hidden = false;
    byId('theme').addEventListener('click', () => {
      document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
      recolor();
    });
    media.addEventListener('change', recolor);
    let before;
    window.addEventListener('beforeprint', () => {
      before = document.documentElement.dataset.theme;
      document.documentElement.dataset.theme = 'light';
      recolor();
    });
    window.addEventListener('afterprint', () => {
      if (before) document.documentElement.dataset.theme = before;
      else delete document.documentElement.dataset.theme;
      recolor();
    });
  }

  // ---- Trades ------------------------------------------------------------------------------------

  const trades = data.trades.map((row) => ({
    number: row[0], entryTime: row[1], entryPrice: row[2], exitTime: row[3], exitPrice: row[4],
    quantity: row[5], fees: row[6], profit: row[7], reason: data.reasons[row[8]],
    entry: Number(row[2]), exit: Number(row[4]), won: Number(row[7]),
  }));
  const entryTimes = trades.map((trade) => trade.entryTime);

  // ---- The chart ---------------------------------------------------------------------------------

  // Steps of the axis of time: seconds up to a week, then months.
  const STEPS = [60, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, DAY, 2 * DAY, 7 * DAY];
  const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

  function timeTicks(from, to, most) {
    const span = to - from;
    const ticks = [];
    const step = STEPS.find((it) => span / it <= most);
    if (step) {
      const shift = step === 7 * DAY ? 4 * DAY : 0;
      for (let t = Math.ceil((from - shift) / step) * step + shift; t <= to; t += step) ticks.push(t);
      return { ticks, unit: step < DAY ? 'time' : 'day' };
    }
    const months = MONTH_STEPS.find((it) => span / (it * 30.4 * DAY) <= most) || 120;
    const begin = new Date(from * 1000);
    let month = begin.getUTCFullYear() * 12 + begin.getUTCMonth();
    month = Math.ceil(month / months) * months;
    for (;;) {
      const t = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
      if (t > to) break;
      if (t >= from) ticks.push(t);
      month += months;
    }
    return { ticks, unit: months < 12 ? 'month' : 'year' };
  }

  function tickText(seconds, unit) {
    const date = new Date(seconds * 1000);
    const month = MONTHS[date.getUTCMonth()];
    if (unit === 'year') return String(date.getUTCFullYear());
    if (unit === 'month') return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : month;
    const day = date.getUTCDate() + ' ' + month;
    if (unit === 'day' || seconds % DAY === 0) {
      return date.getUTCMonth() === 0 && date.getUTCDate() === 1 ? String(date.getUTCFullYear()) : day;
    }
    return pad(date.getUTCHours()) + ':' + pad(date.getUTCMinutes());
  }

  function niceStep(span, most) {
    const rough = span / Math.max(1, most);
    const power = 10 ** Math.floor(Math.log10(rough));
    return [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough) || 10 * power;
  }

  function valueTicks(low, high, most, isLog) {
    if (isLog && high / low > 3) return logTicks(low, high, most);
    const step = niceStep(high - low, most);
    const ticks = [];
    for (let n = Math.ceil(low / step); n * step <= high; n++) ticks.push(n * step);
    return ticks;
  }

  function logTicks(low, high, most) {
    for (const parts of [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
      const ticks = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
        for (const part of parts) {
          const value = part * 10 ** power;
          if (value >= low && value <= high) ticks.push(value);
        }
      }
      if (ticks.length <= most) return ticks;
    }
    return [];
  }

  function compact(value) {
    const size = Math.abs(value);
    if (size >= 1e6) return Number((value / 1e6).toPrecision(4)) + '\u202fM';
    if (size >= 100) return roundNumber(value, 0);
    return String(Number(value.toPrecision(5)));
  }

  function setUpChart(chart) {
    const box = byId('chart');
    const canvas = byId('canvas');
    const levels = pyramid(chart);
    const base = levels[0];
    const first = base.time[0];
    const last = base.time[base.count - 1] + base.width;
    const margin = Math.max(base.width, (last - first) * 0.01);
    const smallest = Math.min(last - first + 2 * margin, base.width * 24);
    const holdPart = chart.hold_end === null ? null : Number(chart.hold_end) / base.close[base.count - 1];
    const view = { from: first - margin, to: last + margin };
    // Where prices are ten times what they were, the beginning would be a flat line.
    let isLog = base.low.reduce((a, b) => Math.min(a, b)) * 10 < base.high.reduce((a, b) => Math.max(a, b));
    let picked = null;
    let cross = null;
    let waiting = false;

    // -- Moving --

    function setView(from, to) {
      const span = Math.min(Math.max(to - from, smallest), last - first + 2 * margin);
      const middle = (from + to) / 2;
      const begin = Math.max(first - margin, Math.min(middle - span / 2, last + margin - span));
      view.from = begin;
      view.to = begin + span;
      later();
    }

    function zoom(factor, at) {
      const middle = at === undefined ? (view.from + view.to) / 2 : at;
      const span = view.to - view.from;
      const next = Math.min(Math.max(span * factor, smallest), last - first + 2 * margin);
      const part = (middle - view.from) / span;
      setView(middle - part * next, middle + (1 - part) * next);
    }

    function pan(part) {
      const by = (view.to - view.from) * part;
      setView(view.from + by, view.to + by);
    }

    function later() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; draw(); });
    }

    function say(text) { byId('said').textContent = text; }

    function sayView() {
      say('Showing ' + dateText(view.from) + ' to ' + dateText(view.to));
    }

    function show(trade) {
      picked = trade;
      const length = Math.max(trade.exitTime - trade.entryTime, base.width * 16);
      setView(trade.entryTime - length, trade.exitTime + length);
      say('Trade ' + trade.number + ': bought ' + timeText(trade.entryTime) + ' at ' + trade.entryPrice +
        ', sold ' + timeText(trade.exitTime) + ' at ' + trade.exitPrice + ', profit ' + trade.profit);
      setReadout(null);
      for (const listener of pickListeners) listener(trade);
    }

    function step(by) {
      if (trades.length === 0) return;
      let at;
      if (picked) at = trades.indexOf(picked) + by;
      else {
        at = search(entryTimes, (view.from + view.to) / 2);
        if (by < 0) at -= 1;
      }
      show(trades[Math.max(0, Math.min(trades.length - 1, at))]);
    }

    // -- Drawing --

    let width = 0, height = 0, panes = [];
    const axisWidth = () => (width < 600 ? 58 : 68);
    const xOf = (time) => (time - view.from) / (view.to - view.from) * (width - axisWidth());
    const timeOf = (x) => view.from + x / (width - axisWidth()) * (view.to - view.from);

    function resize() {
      const ratio = window.devicePixelRatio || 1;
      width = box.clientWidth;
      height = box.clientHeight;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const context = canvas.getContext('2d');
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const inner = height - 26;
      const cuts = [0, Math.round(inner * 0.58), Math.round(inner * 0.82), inner];
      panes = [0, 1, 2].map((i) => ({ top: cuts[i] + 26, bottom: cuts[i + 1] - 6, edge: cuts[i + 1] }));
      draw();
    }

    // The finest level whose candles are wide enough to be seen.
    function levelFor() {
      const perPixel = (view.to - view.from) / (width - axisWidth());
      return levels.find((it) => it.width / perPixel >= 3.5) || levels[levels.length - 1];
    }

    function scaleOf(pane, low, high, log) {
      if (!(low < high)) { high = low + Math.abs(low || 1) * 0.01; low -= Math.abs(low || 1) * 0.01; }
      const f = log ? Math.log : (it) => it;
      const space = (f(high) - f(low)) * 0.04;
      const [from, to] = [f(low) - space, f(high) + (pane === panes[2] ? 0 : space)];
      const y = (value) => pane.bottom - (f(value) - from) / (to - from) * (pane.bottom - pane.top);
      return { y, low, high, log };
    }

    function draw() {
      if (width === 0) return;
      const context = canvas.getContext('2d');
      context.clearRect(0, 0, width, height);
      context.font = '12px system-ui, "DejaVu Sans", sans-serif';
      const level = levelFor();
      const range = [Math.max(0, search(level.time, view.from - level.width)),
        search(level.time, view.to)];
      drawTimes(context);
      drawPicked(context);
      drawPrices(context, level, range);
      drawEquity(context, level, range);
      drawFalls(context, level, range);
      drawCross(context);
      note(level);
    }

    function note(level) {
      const each = level.width / chart.interval;
      const finest = base.width / chart.interval;
      byId('chart-note').textContent = (each > 1 ? 'Each candle drawn stands for ' + grouped(each) +
        ' candles of the data' + (finest < each ? '; zoom in for more.' : '.') : 'Each candle of the data is drawn.') +
        (finest > 1 ? ' This page keeps ' + grouped(finest) + ' candles in one to stay small.' : '');
    }

    function drawTimes(context) {
      const { ticks, unit } = timeTicks(view.from, view.to, Math.max(2, (width - axisWidth()) / 90));
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      for (const tick of ticks) {
        const x = Math.round(xOf(tick)) + 0.5;
        if (x > width - axisWidth()) continue;
        context.strokeStyle = colors.faint;
        line(context, x, 0, x, height - 26);
        context.fillStyle = colors.soft;
        if (x > 24 && x < width - axisWidth() - 14) context.fillText(tickText(tick, unit), x, height - 12);
      }
      context.strokeStyle = colors.line;
      for (const pane of panes) line(context, 0, pane.edge + 0.5, width, pane.edge + 0.5);
      line(context, width - axisWidth() + 0.5, 0, width - axisWidth() + 0.5, height - 26);
    }

    function line(context, x, y, toX, toY) {
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(toX, toY);
      context.stroke();
    }

    function drawAxis(context, pane, scale, text) {
      const most = Math.max(3, (pane.bottom - pane.top) / 42);
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      for (const tick of valueTicks(scale.low, scale.high, most, scale.log)) {
        const y = Math.round(scale.y(tick)) + 0.5;
        if (y < pane.top - 4 || y > pane.bottom + 2) continue;
        context.strokeStyle = colors.faint;
        line(context, 0, y, width - axisWidth(), y);
        context.fillStyle = colors.soft;
        context.fillText(text(tick), width - axisWidth() + 7, y);
      }
    }

    function drawLegend(context, pane, parts) {
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      let x = 10;
      const y = pane.top - 13;
      for (const [text, color, mark] of parts) {
        if (mark) {
          context.fillStyle = color;
          mark(context, x + 5, y);
          x += 15;
        }
        context.fillStyle = colors.soft;
        context.fillText(text, x, y);
        x += context.measureText(text).width + 16;
      }
    }

    const dash = (context, x, y) => context.fillRect(x - 5, y - 1, 11, 2.5);

    function triangle(context, x, y, size, way) {
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x - size, y + way * size * 1.7);
      context.lineTo(x + size, y + way * size * 1.7);
      context.closePath();
      context.fill();
    }

    function inPane(context, pane, what) {
      context.save();
      context.beginPath();
      context.rect(0, pane.top - 2, width - axisWidth(), pane.bottom - pane.top + 6);
      context.clip();
      what();
      context.restore();
    }

    function drawPicked(context) {
      if (!picked) return;
      const x = xOf(picked.entryTime);
      context.fillStyle = colors.pick;
      context.save();
      context.beginPath();
      context.rect(0, 0, width - axisWidth(), height - 26);
      context.clip();
      context.fillRect(x, 0, Math.max(2, xOf(picked.exitTime) - x), height - 26);
      context.restore();
    }

    function drawPrices(context, level, [begin, end]) {
      const pane = panes[0];
      let low = Infinity, high = -Infinity;
      for (let i = begin; i < end; i++) {
        low = Math.min(low, level.low[i]);
        high = Math.max(high, level.high[i]);
      }
      const legend = [['Price, ' + chart.quote]];
      if (trades.length) {
        legend.push(['bought', colors.entry, (c, x, y) => triangle(c, x, y - 4, 4.5, 1)]);
        legend.push(['sold', colors.exit, (c, x, y) => triangle(c, x, y + 4, 4.5, -1)]);
      }
      if (begin >= end) {
        drawLegend(context, pane, [['No candle here']]);
        return;
      }
      const scale = scaleOf(pane, low, high, isLog);
      drawAxis(context, pane, scale, compact);
      inPane(context, pane, () => {
        drawCandles(context, level, begin, end, scale);
        drawTrades(context, scale);
      });
      drawLegend(context, pane, legend);
    }

    // A rising candle is hollow and a falling one is full, so that color alone says nothing.
    function drawCandles(context, level, begin, end, scale) {
      const pitch = xOf(level.width) - xOf(0);
      const body = Math.max(1, Math.min(15, Math.round(pitch * 0.68)));
      for (let i = begin; i < end; i++) {
        const rises = level.close[i] >= level.open[i];
        const x = Math.round(xOf(level.time[i] + level.width / 2));
        const [top, bottom] = [level.open[i], level.close[i]].map(scale.y).sort((a, b) => a - b);
        const tall = Math.max(1, Math.round(bottom - top));
        context.fillStyle = context.strokeStyle = rises ? colors.up : colors.down;
        const high = scale.y(level.high[i]);
        context.fillRect(x, high, 1, Math.max(1, scale.y(level.low[i]) - high));
        const left = x - Math.floor(body / 2);
        context.fillRect(left, Math.round(top), body, tall);
        if (rises && body >= 4 && tall >= 3) {
          context.fillStyle = colors.card;
          context.fillRect(left + 1, Math.round(top) + 1, body - 2, tall - 2);
        }
      }
    }

    function visibleTrades() {
      const seen = [];
      for (const trade of trades) {
        if (trade.entryTime > view.to) break;
        if (trade.exitTime >= view.from) seen.push(trade);
      }
      return seen;
    }

    function drawTrades(context, scale) {
      const seen = visibleTrades();
      const room = (width - axisWidth()) / Math.max(1, seen.length);
      const size = room > 24 ? 6 : room > 6 ? 4 : 2.5;
      const taken = { 1: -Infinity, '-1': -Infinity };
      const mark = (time, price, way, color, isPicked) => {
        const x = xOf(time);
        if (!isPicked && x - taken[way] < 1.5) return;
        taken[way] = x;
        context.fillStyle = color;
        triangle(context, x, scale.y(price) + way * 3, isPicked ? 8 : size, way);
      };
      for (const trade of seen) {
        const isPicked = trade === picked;
        if (room > 24 || isPicked) {
          context.strokeStyle = trade.won < 0 ? colors.exit : colors.entry;
          context.setLineDash(trade.won < 0 ? [3, 3] : []);
          line(context, xOf(trade.entryTime), scale.y(trade.entry), xOf(trade.exitTime), scale.y(trade.exit));
          context.setLineDash([]);
        }
        mark(trade.entryTime, trade.entry, 1, colors.entry, isPicked);
        mark(trade.exitTime, trade.exit, -1, colors.exit, isPicked);
      }
    }

    function drawEquity(context, level, [begin, end]) {
      const pane = panes[1];
      let low = Infinity, high = -Infinity;
      for (let i = begin; i < end; i++) {
        const hold = holdPart === null ? level.equity[i] : level.close[i] * holdPart;
        low = Math.min(low, level.equityMin[i], hold);
        high = Math.max(high, level.equityMax[i], hold);
      }
      const legend = [['Equity, ' + chart.quote], ['strategy', colors.equity, dash]];
      if (holdPart !== null) legend.push(['buy and hold', colors.hold, dash]);
      if (begin < end) {
        const scale = scaleOf(pane, low, high, isLog && low > 0);
        drawAxis(context, pane, scale, compact);
        inPane(context, pane, () => {
          if (holdPart !== null) {
            curve(context, level, begin, end, (i) => scale.y(level.close[i] * holdPart), colors.hold, 1.25);
          }
          curve(context, level, begin, end, (i) => scale.y(level.equity[i]), colors.equity, 2);
        });
      }
      drawLegend(context, pane, legend);
    }

    function curve(context, level, begin, end, y, color, thick) {
      context.strokeStyle = color;
      context.lineWidth = thick;
      context.lineJoin = 'round';
      context.beginPath();
      for (let i = begin; i < end; i++) context.lineTo(xOf(level.time[i] + level.width), y(i));
      context.stroke();
    }

    function drawFalls(context, level, [begin, end]) {
      const pane = panes[2];
      let low = 0;
      for (let i = begin; i < end; i++) low = Math.min(low, level.fall[i]);
      const scale = scaleOf(pane, low === 0 ? -0.01 : low, 0, false);
      drawAxis(context, pane, scale, (it) => percentText(it).replace('.0\u202f', '\u202f'));
      inPane(context, pane, () => {
        context.fillStyle = colors.bad;
        context.globalAlpha = 0.28;
        context.beginPath();
        for (let i = begin; i < end; i++) {
          const x = xOf(level.time[i] + level.width);
          if (i === begin) context.moveTo(x, scale.y(0));
          context.lineTo(x, scale.y(level.fall[i]));
          if (i === end - 1) context.lineTo(x, scale.y(0));
        }
        context.fill();
        context.globalAlpha = 1;
        curve(context, level, begin, end, (i) => scale.y(level.fall[i]), colors.bad, 1.25);
      });
      drawLegend(context, pane, [['Drawdown from the peak']]);
    }

    function drawCross(context) {
      if (cross === null) return;
      const x = Math.round(xOf(cross)) + 0.5;
      if (x < 0 || x > width - axisWidth()) return;
      context.strokeStyle = colors.soft;
      line(context, x, 0, x, height - 26);
    }

    // -- What is under the pointer --

    function setReadout(time) {
      const readout = byId('readout');
      readout.textContent = '';
      const add = (label, value) => readout.append(element('span', {}, label + ' ', element('b', {}, value)));
      if (time === null) {
        if (picked) describeTrade(add);
        else readout.textContent = 'Point at the chart to read its figures here.';
        return;
      }
      const level = levelFor();
      const i = search(level.time, time - level.width + 1e-6);
      if (i >= level.count || level.time[i] > time) {
        add(timeText(Math.floor(time / 60) * 60), 'no candle');
        return;
      }
      const digits = chart.price_decimals;
      add('', level.width % DAY ? timeText(level.time[i]) : dateText(level.time[i]));
      for (const [label, name] of [['open', 'open'], ['high', 'high'], ['low', 'low'], ['close', 'close']]) {
        add(label, roundNumber(level[name][i], digits));
      }
      const money = Math.min(2, chart.equity_decimals) || chart.equity_decimals;
      const decimals = level.equity[i] < 10 ? chart.equity_decimals : money;
      add('equity', roundNumber(level.equity[i], decimals));
      if (holdPart !== null) add('hold', roundNumber(level.close[i] * holdPart, decimals));
      add('drawdown', percentText(level.fall[i]));
    }

    function describeTrade(add) {
      add('Trade', String(picked.number));
      add('bought', timeText(picked.entryTime) + ' at ' + grouped(picked.entryPrice));
      add('sold', timeText(picked.exitTime) + ' at ' + grouped(picked.exitPrice));
      add('profit', grouped(picked.profit) + ' ' + chart.quote);
    }

    // -- Mouse, touch, wheel and keys --

    const pointers = new Map();
    const xIn = (event) => event.clientX - box.getBoundingClientRect().left;

    box.addEventListener('pointerdown', (event) => {
      pointers.set(event.pointerId, xIn(event));
      if (event.pointerType !== 'touch') box.setPointerCapture(event.pointerId);
      box.classList.add('moving');
    });
    box.addEventListener('pointermove', (event) => {
      const x = xIn(event);
      if (!pointers.has(event.pointerId)) {
        cross = timeOf(x);
        setReadout(x <= width - axisWidth() ? cross : null);
        later();
        return;
      }
      drag(event.pointerId, x);
    });
    function drag(id, x) {
      const before = [...pointers.values()];
      const moved = pointers.get(id);
      pointers.set(id, x);
      const span = view.to - view.from;
      if (pointers.size === 1) {
        const by = (moved - x) / (width - axisWidth()) * span;
        setView(view.from + by, view.to + by);
      } else if (pointers.size === 2) {
        const after = [...pointers.values()];
        const apart = (pair) => Math.max(12, Math.abs(pair[0] - pair[1]));
        zoom(apart(before) / apart(after), timeOf((after[0] + after[1]) / 2));
      }
    }
    for (const name of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      box.addEventListener(name, (event) => {
        pointers.delete(event.pointerId);
        if (pointers.size === 0) box.classList.remove('moving');
        if (name === 'pointerup' && event.pointerType === 'touch') {
          cross = timeOf(xIn(event));
          setReadout(cross);
          later();
        }
      });
    }
    box.addEventListener('pointerleave', () => { cross = null; setReadout(null); later(); });
    box.addEventListener('dblclick', (event) => zoom(0.5, timeOf(xIn(event))));
    box.addEventListener('wheel', (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX * lines / width);
      else zoom(Math.exp(event.deltaY * lines * 0.0018), timeOf(xIn(event)));
    }, { passive: false });

    const KEYS = {
      ArrowLeft: () => pan(-0.15), ArrowRight: () => pan(0.15),
      ArrowUp: () => zoom(0.75), ArrowDown: () => zoom(1 / 0.75),
      '+': () => zoom(0.75), '=': () => zoom(0.75), '-': () => zoom(1 / 0.75), '_': () => zoom(1 / 0.75),
      Home: () => setView(first - margin, first - margin + view.to - view.from),
      End: () => setView(last + margin - view.to + view.from, last + margin),
      0: () => setView(first - margin, last + margin),
    };
    box.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key;
      if (key === 'n' || key === 'N') step(1);
      else if (key === 'p' || key === 'P') step(-1);
      else if (key === 'Escape') { picked = null; setReadout(null); later(); }
      else if (Object.hasOwn(KEYS, key)) {
        KEYS[key]();
        sayView();
      } else return;
      event.preventDefault();
    });

    // -- The buttons above --

    const toolbar = byId('toolbar');
    const button = (text, label, act) => element('button',
      { type: 'button', 'aria-label': label, onclick: act }, text);
    toolbar.append(
      button('+', 'Zoom in', () => { zoom(0.5); sayView(); }),
      button('\u2212', 'Zoom out', () => { zoom(2); sayView(); }),
      button('All', 'Show all', () => { setView(first - margin, last + margin); sayView(); }));
    for (const [text, label, days] of [['1Y', 'One year', 365], ['3M', 'Three months', 91], ['1M', 'One month', 30]]) {
      if (days * DAY >= last - first) continue;
      toolbar.append(button(text, label, () => {
        // What is in view ends the new view, unless all is in view: then the last days are meant.
        const end = Math.min(view.to, last + margin);
        setView(end - days * DAY, end);
        sayView();
      }));
    }
    toolbar.append(element('span', { class: 'gap' }));
    if (trades.length) {
      toolbar.append(button('‹ Trade', 'Previous trade', () => step(-1)), button('Trade ›', 'Next trade', () => step(1)));
    }
    const log = button('Log', 'Logarithmic scale', () => {
      isLog = !isLog;
      log.setAttribute('aria-pressed', String(isLog));
      later();
    });
    log.setAttribute('aria-pressed', String(isLog));
    toolbar.append(log);
    toolbar.hidden = false;

    const pickListeners = [];
    setReadout(null);
    redraws.push(later);
    new ResizeObserver(resize).observe(box);
    resize();
    box.setAttribute('aria-label', 'Chart of ' + chart.pair + ' from ' + dateText(first) + ' to ' +
      dateText(last) + ': price, equity and drawdown');
    return {
      show(trade) {
        show(trade);
        const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
        byId('chart-section').scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
      },
      onPick(listener) { pickListeners.push(listener); },
      view: () => [view.from, view.to],
    };
  }

  // ---- The list of trades ------------------------------------------------------------------------

  const TRADE_COLUMNS = [
    ['Trade', (trade) => trade.number],
    ['Bought', (trade) => trade.entryTime, (trade) => timeText(trade.entryTime)],
    ['at', (trade) => trade.entry, (trade) => alignedBy.entryPrice(trade.entryPrice)],
    ['Sold', (trade) => trade.exitTime, (trade) => timeText(trade.exitTime)],
    ['at', (trade) => trade.exit, (trade) => alignedBy.exitPrice(trade.exitPrice)],
    ['Change', (trade) => trade.exit / trade.entry, (trade) => percentText(trade.exit / trade.entry - 1)],
    ['Profit', (trade) => trade.won, (trade) => alignedBy.profit(trade.profit)],
    ['Fees', (trade) => Number(trade.fees), (trade) => alignedBy.fees(trade.fees)],
    ['Quantity', (trade) => Number(trade.quantity), (trade) => alignedBy.quantity(trade.quantity)],
    ['Why sold', (trade) => trade.reason, (trade) => trade.reason.replaceAll('_', ' ')],
  ];

  // Spaces as wide as the digits that others of the column have after the point.
  function aligned(texts) {
    const decimals = (text) => (String(text).split('.')[1] || '').length;
    const most = texts.reduce((known, text) => Math.max(known, decimals(text)), 0);
    return (text) => {
      const own = decimals(text);
      return grouped(text) + (own === 0 && most > 0 ? '\u2008' : '') + '\u2007'.repeat(most - own);
    };
  }

  const alignedBy = {};
  for (const name of ['entryPrice', 'exitPrice', 'profit', 'fees', 'quantity']) {
    alignedBy[name] = aligned(trades.map((trade) => trade[name]));
  }

  function setUpTrades(table, chart) {
    const state = { column: 0, up: true, shown: PAGE_OF_TRADES, picked: null };
    const head = element('tr', {});
    const body = element('tbody', {});
    const more = byId('more');

    TRADE_COLUMNS.forEach(([name], column) => {
      const label = name === 'at' ? (column === 2 ? 'Price bought at' : 'Price sold at') : null;
      head.append(element('th', { scope: 'col' }, element('button', {
        type: 'button', 'aria-label': label, onclick: () => sortBy(column),
      }, name)));
    });
    table.append(element('thead', {}, head), body);

    function sortBy(column) {
      state.up = state.column === column ? !state.up : true;
      state.column = column;
      state.shown = PAGE_OF_TRADES;
      fill();
    }

    function sorted() {
      const key = TRADE_COLUMNS[state.column][1];
      const way = state.up ? 1 : -1;
      const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
      return [...trades].sort((a, b) => way * compare(key(a), key(b)) || a.number - b.number);
    }

    function row(trade) {
      const act = (event) => { event.stopPropagation(); pick(trade); };
      const cells = TRADE_COLUMNS.slice(1).map(([name, , text]) => element('td', {
        class: name === 'Profit' ? (trade.won < 0 ? 'bad' : 'good') : null,
      }, text(trade)));
      const first = chart
        ? element('button', { type: 'button', 'aria-label': 'Show trade ' + trade.number + ' in the chart', onclick: act }, String(trade.number))
        : String(trade.number);
      return element('tr', {
        'aria-current': trade === state.picked ? 'true' : null, 'data-trade': String(trade.number), onclick: act,
      }, element('th', { scope: 'row' }, first), ...cells);
    }

    function fill() {
      [...head.children].forEach((cell, column) => {
        if (column !== state.column) cell.removeAttribute('aria-sort');
        else cell.setAttribute('aria-sort', state.up ? 'ascending' : 'descending');
      });
      body.replaceChildren(...sorted().slice(0, state.shown).map(row));
      more.hidden = trades.length <= state.shown;
      more.textContent = 'Show more: ' + grouped(Math.max(0, trades.length - state.shown)) + ' left';
    }

    function mark(trade) {
      state.picked = trade;
      for (const line of body.children) {
        if (line.dataset.trade === String(trade.number)) line.setAttribute('aria-current', 'true');
        else line.removeAttribute('aria-current');
      }
    }

    function pick(trade) {
      if (chart) chart.show(trade);
    }

    more.addEventListener('click', () => {
      state.shown += 8 * PAGE_OF_TRADES;
      fill();
    });
    // On paper nobody can ask for more.
    window.addEventListener('beforeprint', () => {
      state.shown = Math.max(state.shown, TRADES_ON_PAPER);
      fill();
    });
    if (chart) chart.onPick(mark);
    fill();
  }

  // ---- The map of parameters ---------------------------------------------------------------------

  const rgb = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

  function mix(from, to, part) {
    const [a, b] = [rgb(from), rgb(to)];
    return a.map((value, i) => Math.round(value + (b[i] - value) * part));
  }

  // Around nothing when there are both gains and losses, else from the least to the most.
  function shade(value, low, high) {
    if (low < 0 && high > 0) {
      const most = Math.max(-low, high);
      return mix(colors.mid, value < 0 ? colors.low : colors.high, Math.sqrt(Math.abs(value) / most));
    }
    const part = high > low ? (value - low) / (high - low) : 0.5;
    return part < 0.5 ? mix(colors.low, colors.mid, part * 2) : mix(colors.mid, colors.high, part * 2 - 1);
  }

  const isLight = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue > 140;

  // Numbers by size, other words as they came.
  function orderOf(values) {
    const places = values.map((_, place) => place);
    return values.every((it) => it.trim() !== '' && Number.isFinite(Number(it)))
      ? places.sort((a, b) => Number(values[a]) - Number(values[b])) : places;
  }

  function setUpMap(map) {
    const place = byId('heat-map');
    const scale = element('p', { class: 'scale' });
    place.after(scale);
    const orders = map.values.map(orderOf);
    const count = map.parameters.length;
    const axes = [0, Math.min(1, count - 1)];
    // For each other parameter: the place of its value, or null for the best of all.
    const fixed = map.parameters.map(() => null);
    const isBetter = (a, b) => b === null || (a !== null && (map.lower_is_better ? a < b : a > b));

    function cellsOf() {
      const found = new Map();
      map.cells.forEach(([places, value], at) => {
        if (places.some((it, i) => !axes.includes(i) && fixed[i] !== null && fixed[i] !== it)) return;
        const key = places[axes[0]] + ',' + places[axes[1]];
        const known = found.get(key);
        if (!known || isBetter(value, known.value)) found.set(key, { at, value, places });
        if (at === map.shown) (found.get(key) || known).shown = true;
      });
      return found;
    }

    function wordsOf(cell) {
      return map.parameters.map((name, i) => name + ' = ' + map.values[i][cell.places[i]]).join(', ') +
        ': ' + short(cell.value);
    }

    function draw() {
      const found = cellsOf();
      const values = [...found.values()].map((it) => it.value).filter((it) => it !== null);
      const sign = map.lower_is_better ? -1 : 1;
      const low = Math.min(...values.map((it) => it * sign)), high = Math.max(...values.map((it) => it * sign));
      const paint = (value) => shade(value * sign, low, high);
      place.replaceChildren(count === 1 ? lineOf(found) : tableOf(found, paint));
      scale.replaceChildren(...(count === 1 || !(low < high) ? [] : scaleOf(low * sign, high * sign, paint)));
      const shown = [...found.values()].find((it) => it.shown);
      byId('cell').textContent = shown ? 'Shown on this page: ' + wordsOf(shown) : '\u00a0';
    }

    function tableOf(found, paint) {
      const [down, across] = [orders[axes[0]], orders[axes[1]]];
      const worded = across.length <= 16;
      const every = Math.ceil(across.length / 20);
      const head = element('tr', {}, element('th', { scope: 'col' },
        map.parameters[axes[0]] + ' ↓ ' + map.parameters[axes[1]] + ' →'));
      across.forEach((it, i) => head.append(element('th', { scope: 'col' },
        i % every === 0 ? map.values[axes[1]][it] : '')));
      const body = element('tbody', {});
      for (const y of down) {
        const row = element('tr', {}, element('th', { scope: 'row' }, map.values[axes[0]][y]));
        for (const x of across) row.append(cellOf(found.get(y + ',' + x), paint, worded));
        body.append(row);
      }
      return element('table', { class: 'map' }, element('thead', {}, head), body);
    }

    // What the colors mean, from the worst to the best.
    function scaleOf(worst, best, paint) {
      const parts = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => paint(worst + (best - worst) * i / 8));
      const ramp = element('span', { class: 'ramp' });
      ramp.style.backgroundImage =
        'linear-gradient(to right, ' + parts.map((it) => 'rgb(' + it.join(' ') + ')').join(', ') + ')';
      return [element('span', {}, short(worst)), ramp, element('span', {}, short(best))];
    }

    function cellOf(cell, paint, worded) {
      const made = element('td', {});
      if (!cell) return made;
      const words = wordsOf(cell);
      made.dataset.words = words;
      if (worded) made.className = 'worded';
      if (cell.shown) made.classList.add('shown');
      if (worded) made.textContent = short(cell.value);
      else made.setAttribute('aria-label', words);
      if (cell.value !== null) {
        const color = paint(cell.value);
        made.style.backgroundColor = 'rgb(' + color.join(' ') + ')';
        made.style.color = isLight(color) ? '#111' : '#fff';
      }
      return made;
    }

    function lineOf(found) {
      const points = orders[0].map((it) => found.get(it + ',' + it)).filter((it) => it && it.value !== null);
      const NS = 'http://www.w3.org/2000/svg';
      const svg = document.createElementNS(NS, 'svg');
      svg.setAttribute('viewBox', '0 0 1000 260');
      svg.setAttribute('class', 'line');
      svg.setAttribute('role', 'img');
      svg.setAttribute('aria-label', map.metric + ' by ' + map.parameters[0] + ': ' +
        points.map((it) => map.values[0][it.places[0]] + ' ' + short(it.value)).join(', '));
      const values = points.map((it) => it.value);
      const low = Math.min(0, ...values), high = Math.max(...values, low + 1e-9);
      const x = (i) => 70 + i * 890 / Math.max(1, points.length - 1);
      const y = (value) => 220 - (value - low) / (high - low) * 190;
      const add = (name, attributes, text) => {
        const made = document.createElementNS(NS, name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        if (text !== undefined) made.textContent = text;
        svg.append(made);
      };
      for (const tick of valueTicks(low, high, 5, false)) {
        add('line', { x1: 70, x2: 960, y1: y(tick), y2: y(tick), stroke: colors.line });
        add('text', { x: 62, y: y(tick) + 4, 'text-anchor': 'end', fill: colors.soft, 'font-size': 12 }, compact(tick));
      }
      add('polyline', { points: points.map((it, i) => x(i) + ',' + y(it.value)).join(' '), fill: 'none', stroke: colors.equity, 'stroke-width': 2 });
      const every = Math.ceil(points.length / 12);
      points.forEach((it, i) => {
        add('circle', { cx: x(i), cy: y(it.value), r: it.shown ? 6 : 3.5, fill: it.shown ? colors.exit : colors.equity });
        if (i % every === 0) {
          add('text', { x: x(i), y: 244, 'text-anchor': 'middle', fill: colors.soft, 'font-size': 12 }, map.values[0][it.places[0]]);
        }
      });
      return svg;
    }

    function selection(label, options, chosen, act) {
      const made = element('select', {});
      for (const [value, text] of options) {
        const option = element('option', { value: String(value) }, text);
        option.selected = value === chosen;
        made.append(option);
      }
      made.addEventListener('change', () => { act(made.value); choices(); draw(); });
      return element('label', {}, label, made);
    }

    function choices() {
      const box = byId('choices');
      box.hidden = count < 3;
      if (count < 3) return;
      const names = map.parameters.map((name, i) => [i, name]);
      const choose = (axis) => (value) => {
        const chosen = Number(value);
        if (axes[1 - axis] === chosen) axes[1 - axis] = axes[axis];
        axes[axis] = chosen;
      };
      box.replaceChildren(selection('down', names, axes[0], choose(0)), selection('across', names, axes[1], choose(1)));
      map.parameters.forEach((name, i) => {
        if (axes.includes(i)) return;
        const options = [['best', 'best of all'], ...orders[i].map((it) => [it, map.values[i][it]])];
        box.append(selection(name, options, fixed[i] === null ? 'best' : fixed[i],
          (value) => { fixed[i] = value === 'best' ? null : Number(value); }));
      });
    }

    place.addEventListener('pointerover', (event) => {
      const words = event.target.dataset && event.target.dataset.words;
      if (words) byId('cell').textContent = words;
    });
    choices();
    draw();
    redraws.push(draw);
  }

  // ---- All together ------------------------------------------------------------------------------

  readColors();
  const chart = data.chart && data.chart.count > 0 ? setUpChart(data.chart) : null;
  if (byId('trades')) setUpTrades(byId('trades'), chart);
  if (data.heat_map && data.heat_map.cells.length && data.heat_map.parameters.length) setUpMap(data.heat_map);
  setUpTheme();
  recolor();
  // For tests: what is in view.
  window.slackwaterView = chart ? chart.view : () => null;
})();
