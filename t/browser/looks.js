// What each page of ours owes the eye and the keyboard, in an engine: no text with a contrast below 4.5 : 1, nothing wider than the window,
// everything reached by Tab, nothing in the console.
'use strict';

// Runs inside the page: the texts whose contrast with what is behind them is too small, and how much wider the page is than the window.
async function measured(least) {
  // A colour as the browser computes it, with its share of what is behind it.
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (front, back) => front.rgb.map((value, i) => value * front.a + back[i] * (1 - front.a));
  const luminance = (rgb) => rgb.map((value) => value / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const chain = (node) => (node ? [...chain(node.parentElement), node] : []);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const fields = [...document.querySelectorAll('input, textarea, select')];
  let texts = 0;
  const look = (element, what) => {
    if (!element.checkVisibility() || element.closest('script, style, noscript') || element.matches(':disabled, :disabled *')) return;
    let back = [255, 255, 255], opacity = 1;
    for (const one of chain(element)) {
      const style = getComputedStyle(one);
      back = over(parse(style.backgroundColor), back);
      opacity *= Number(style.opacity);
    }
    const colour = parse(getComputedStyle(element).color);
    const [light, dark] = [luminance(over({ ...colour, a: colour.a * opacity }, back)), luminance(back)].sort((one, other) => other - one);
    texts++;
    if ((light + 0.05) / (dark + 0.05) < least) poor.push(`${((light + 0.05) / (dark + 0.05)).toFixed(2)} : 1 for '${what.trim().slice(0, 40)}'`);
  };
  while (walker.nextNode()) if (walker.currentNode.data.trim()) look(walker.currentNode.parentElement, walker.currentNode.data);
  for (const field of fields) look(field, field.value);
  return { poor, texts, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth };
}

// Runs inside the page: numbers what should be reached, and says how many there are; of the focused one, its number.
async function numbered() {
  const all = [...document.querySelectorAll('a[href], button:not(:disabled), input, select, textarea, summary')].filter((one) => one.checkVisibility());
  all.forEach((one, i) => { one.dataset.tab = i; });
  document.activeElement?.blur();
  return all.map((one) => `${one.localName} '${(one.textContent || one.name).trim().slice(0, 30)}'`);
}

async function focused() {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return { number: one.dataset.tab, isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1, hasWindow: document.hasFocus() };
}

// In each window and scheme that the engine can be given.
async function look(suite, engine, title) {
  for (const width of engine.widths) {
    for (const scheme of engine.schemes) {
      await engine.show(width, scheme);
      const { poor, texts, wide } = await engine.run(measured, 4.5);
      const what = `${title}, ${width} pixels, ${scheme}`;
      suite.report(`${what}: the contrast`, texts < 20 ? [`only ${texts} texts were looked at`] : poor);
      suite.report(`${what}: nothing is wider`, wide <= 0 ? [] : [`by ${wide} pixels`]);
    }
  }
  await engine.show(engine.widths[0], engine.schemes[0]);
}

async function walk(suite, engine, title) {
  if (!engine.press) return;
  const all = await engine.run(numbered);
  const met = new Set(), unseen = new Set();
  for (let i = 0; i < all.length + 5; i++) {
    await engine.press('Tab');
    const { number, isSeen, hasWindow } = await engine.run(focused);
    if (number === undefined) continue;
    met.add(Number(number));
    // A headless Firefox's window may not have the focus, and then nothing in it is :focus.
    if (!isSeen && (hasWindow || engine.alwaysHasFocus)) unseen.add(Number(number));
  }
  suite.report(`${title}: Tab reaches everything`, all.filter((_one, i) => !met.has(i)).map((one) => `not ${one}`));
  suite.report(`${title}: the focus is seen`, [...unseen].map((i) => `not on ${all[i]}`));
}

module.exports = { look, walk };
