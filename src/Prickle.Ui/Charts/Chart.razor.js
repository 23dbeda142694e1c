// Draws what ChartOption made: fills in colours of the theme and the few functions, and says what the person chose.

import { short } from '../drawing/format.js';
import { narrowBelow, revive } from '../drawing/option.js';
import { registerWorld } from '../drawing/world.js';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');
const darkness = matchMedia('(prefers-color-scheme: dark)');
let library;

/** Only pages with a chart load the library, and only once. */
function load() {
  return library ??= import('../lib/echarts/echarts.esm.min.js').catch(error => {
    library = undefined;
    throw error;
  });
}

/** @returns {Promise<Drawing>} */
export async function draw(canvas, behind, owner, option, wants) {
  const drawing = new Drawing(canvas, behind, owner);
  await drawing.update(option, wants);
  return drawing;
}

class Drawing {
  constructor(canvas, behind, owner) {
    this.canvas = canvas;
    this.over = canvas.nextElementSibling;
    this.owner = owner;
    this.colours = new Map();
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.sizes = new ResizeObserver(() => this.resized());
    this.themes = new MutationObserver(() => this.repaint());
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    darkness.addEventListener('change', () => this.repaint(), { signal });
    stillness.addEventListener('change', () => this.repaint(), { signal });
    behind?.addEventListener('focusin', event => this.point(event.target), { signal });
    behind?.addEventListener('focusout', () => this.chart?.dispatchAction({ type: 'hideTip' }), { signal });
    this.brush(signal);
  }

  async update(option, wants) {
    this.option = JSON.parse(option);
    this.wants = wants;
    try {
      const [echarts] = await Promise.all([load(), fonts()]);
      if (this.option.$map) await registerWorld(echarts, this.option.$map.codes);
      if (this.stop.signal.aborted) return;
      if (!this.chart) {
        this.chart = echarts.init(this.canvas, null, { renderer: 'canvas' });
        this.listen();
        this.sizes.observe(this.canvas);
      }
      this.render();
    } catch (error) {
      this.canvas.dataset.chart = 'failed';
      this.over.replaceChildren(made('p', 'chart-failed', 'The chart could not be drawn; the table has its figures. Reload the page to try again.'));
      console.error(error);
    }
  }

  render() {
    this.narrow = this.canvas.clientWidth < narrowBelow;
    const option = revive(this.option, { narrow: this.narrow, themed: text => this.themed(text) });
    option.animation = !stillness.matches;
    if (!this.wants.points) for (const series of option.series) series.cursor = 'default';
    const before = this.chart.getOption()?.legend?.[0]?.selected;
    if (option.legend && before) option.legend.selected = before;
    this.chart.setOption(option, { notMerge: true });
    this.canvas.dataset.chart = 'ready';
    this.furnish();
    // The place says how many pixels the legend and the axes took only after the first picture.
    this.placeMarks();
  }

  repaint() {
    this.colours.clear();
    if (this.chart) this.render();
  }

  resized() {
    // A component that went while its chart was still loading has nobody left to take it down.
    if (!this.canvas.isConnected) return this.dispose();
    if (!this.chart || this.canvas.clientWidth === 0) return;
    this.chart.resize();
    if (this.narrow !== this.canvas.clientWidth < narrowBelow) this.render();
    else this.placeMarks();
  }

  // Option → what ECharts takes.

  /** "var(--name)" or "var(--name)/0.4" as the canvas wants it: the style sheet alone knows which mode it is. */
  themed(text) {
    const known = this.colours.get(text);
    if (known) return known;
    const [name, opacity] = text.split('/');
    let value;
    if (name.includes('-body') || name.includes('-heading')) {
      value = getComputedStyle(document.documentElement).getPropertyValue(name.slice(4, -1)).trim();
    } else {
      const probe = made('span');
      probe.style.cssText = `position:absolute;visibility:hidden;color:${name}`;
      this.over.append(probe);
      value = getComputedStyle(probe).color;
      probe.remove();
      if (opacity) value = value.replace(/^rgba?\((\d+), (\d+), (\d+).*$/, `rgba($1, $2, $3, ${opacity})`);
    }
    this.colours.set(text, value);
    return value;
  }

  // Choosing.

  listen() {
    const { chart } = this;
    let answered = false;
    chart.on('click', params => {
      if (params.componentType !== 'series' || !this.wants.points || this.dragged) return;
      answered = true;
      const series = params.dataType === 'edge' ? 1 : params.dataType === 'node' ? 0 : params.seriesIndex;
      this.say('SelectPoint', series, params.dataIndex);
    });
    // Points of a line are small: a click beside them means the nearest.
    chart.getZr().on('click', event => {
      const found = answered || this.dragged ? null : this.nearest(event.offsetX, event.offsetY);
      answered = false;
      if (found && this.wants.points) this.say('SelectPoint', found.series, found.place);
    });
    chart.getZr().on('mousemove', event => {
      if (this.wants.points && this.onGrid(event.offsetX, event.offsetY)) chart.getZr().setCursorStyle('pointer');
    });
    chart.on('legendselectchanged', ({ selected }) => this.total(selected));
    chart.on('finished', () => this.placeMarks());
  }

  say(method, ...values) {
    this.owner.invokeMethodAsync(method, ...values).catch(error => console.error(error));
  }

  get hasPlaces() {
    return this.option.tooltip.trigger === 'axis';
  }

  onGrid(x, y) {
    return this.hasPlaces && this.chart.containPixel({ gridIndex: 0 }, [x, y]);
  }

  placeAt(x) {
    const place = Math.round(this.chart.convertFromPixel({ xAxisIndex: 0 }, x));
    return Math.max(0, Math.min(this.option.xAxis.data.length - 1, place));
  }

  /** The visible point of the nearest place whose height is nearest. */
  nearest(x, y) {
    if (!this.onGrid(x, y)) return null;
    const place = this.placeAt(x);
    let best = null;
    this.chart.getModel().eachSeries(series => {
      const data = series.getData();
      // Lines keep their points in one row of numbers, bars each its own box.
      const top = data.getLayout('points')?.[2 * place + 1] ?? data.getItemLayout(place)?.y;
      if (!Number.isFinite(top) || !Number.isFinite(data.get(data.mapDimension('y'), place))) return;
      const distance = Math.abs(top - y);
      if (!best || distance < best.distance) best = { series: series.seriesIndex, place, distance };
    });
    return best;
  }

  /** A figure of the table has the focus: its point is shown. */
  point(target) {
    const cell = target.closest?.('[data-series]');
    if (!cell || !this.chart) return;
    const [series, place] = [Number(cell.dataset.series), Number(cell.dataset.place)];
    if (place < 0) return;
    if (this.hasPlaces) {
      const x = this.chart.convertToPixel({ xAxisIndex: 0 }, place);
      this.chart.dispatchAction({ type: 'showTip', x, y: this.canvas.clientHeight / 2 });
    } else {
      this.chart.dispatchAction({ type: 'showTip', seriesIndex: this.option.$map || this.option.series[0].type !== 'sankey' ? series : 0, dataIndex: place });
    }
  }

  /** Drawing over the axis chooses a range. Fingers scroll the page instead. */
  brush(signal) {
    const begin = event => {
      if (!this.chart || !this.wants.ranges || event.button !== 0 || event.pointerType === 'touch' || !this.onGrid(event.offsetX, event.offsetY)) return;
      this.from = event.offsetX;
      this.dragged = false;
    };
    const move = event => {
      if (this.from === undefined) return;
      const to = event.clientX - this.canvas.getBoundingClientRect().left;
      if (!this.band && Math.abs(to - this.from) < 6) return;
      this.dragged = true;
      if (!this.band) this.over.append(this.band = made('div', 'chart-band'));
      this.band.style.left = `${Math.min(this.from, to)}px`;
      this.band.style.width = `${Math.abs(to - this.from)}px`;
      event.preventDefault();
    };
    const end = event => {
      const { from, band } = this;
      this.from = this.band = undefined;
      band?.remove();
      if (band && event.type === 'pointerup') {
        this.say('SelectRange', this.placeAt(from), this.placeAt(event.clientX - this.canvas.getBoundingClientRect().left));
      }
      // The click that ends a drawing chooses no point.
      setTimeout(() => { this.dragged = false; });
    };
    this.canvas.addEventListener('pointerdown', begin, { signal });
    window.addEventListener('pointermove', move, { signal });
    window.addEventListener('pointerup', end, { signal });
    window.addEventListener('pointercancel', end, { signal });
    window.addEventListener('keydown', event => { if (event.key === 'Escape' && this.band) end(event); }, { signal });
  }

  // What lies over the canvas: marks of annotations, the zoom of the map.

  furnish() {
    this.over.replaceChildren();
    this.marks = (this.option.$annotations ?? []).map((group, index) => {
      const mark = made('button', 'chart-mark', group.texts.length > 1 ? String(group.texts.length) : '');
      mark.type = 'button';
      mark.setAttribute('aria-label', group.texts.join('; '));
      const words = made('span', 'words');
      words.append(...group.texts.map(text => made('span', '', text)));
      mark.append(words);
      mark.addEventListener('click', () => { if (this.wants.annotations) this.say('SelectAnnotations', index); });
      this.over.append(mark);
      return mark;
    });
    if (this.option.$map) this.over.append(this.zoom());
  }

  placeMarks() {
    this.marks?.forEach((mark, index) => {
      const x = this.chart.convertToPixel({ xAxisIndex: 0 }, this.option.$annotations[index].place);
      mark.style.left = `${x}px`;
      mark.classList.toggle('left', x > this.canvas.clientWidth / 2);
    });
  }

  zoom() {
    const bar = made('div', 'chart-zoom');
    let size = 1;
    const to = next => {
      size = Math.max(1, Math.min(12, next));
      this.chart.setOption({ series: [{ zoom: size, roam: size > 1 ? 'move' : false, ...(size === 1 ? { center: null } : {}) }] });
    };
    for (const [sign, words, step] of [['+', 'Larger', () => to(size * 1.6)], ['−', 'Smaller', () => to(size / 1.6)], ['⟲', 'Whole world', () => to(1)]]) {
      const button = made('button', 'button icon small', sign);
      button.type = 'button';
      button.title = words;
      button.setAttribute('aria-label', words);
      button.addEventListener('click', step);
      bar.append(button);
    }
    return bar;
  }

  total(selected) {
    if (!this.option.$total) return;
    const sum = this.option.series[0].data.filter(slice => selected[slice.name] !== false).reduce((all, slice) => all + slice.value, 0);
    this.chart.setOption({ title: { text: short(sum, this.option.$total.unit) } });
  }

  // The picture.

  /** @returns {Promise<Blob>} */
  async png() {
    await this.settled();
    const ratio = 2;
    const [padding, head] = [16 * ratio, 48 * ratio];
    const ground = this.themed('var(--prickle-surface)');
    const source = this.chart.renderToCanvas({ pixelRatio: ratio, backgroundColor: ground });
    const picture = made('canvas');
    picture.width = source.width + 2 * padding;
    picture.height = source.height + head + padding;
    const brush = picture.getContext('2d');
    brush.fillStyle = ground;
    brush.fillRect(0, 0, picture.width, picture.height);
    brush.fillStyle = this.themed('var(--prickle-text)');
    brush.font = `700 ${16 * ratio}px ${this.themed('var(--prickle-heading)')}`;
    brush.textBaseline = 'middle';
    brush.fillText(this.wants.title, padding, head / 2 + 4, picture.width - 2 * padding);
    brush.drawImage(source, padding, head);
    for (const { place } of this.option.$annotations ?? []) {
      brush.beginPath();
      brush.arc(padding + this.chart.convertToPixel({ xAxisIndex: 0 }, place) * ratio, head + 14 * ratio, 5 * ratio, 0, 2 * Math.PI);
      brush.fillStyle = this.themed('var(--prickle-tertiary)');
      brush.fill();
    }
    return new Promise((resolve, reject) => picture.toBlob(blob => blob ? resolve(blob) : reject(new Error('The picture could not be made.')), 'image/png'));
  }

  async download(name) {
    const link = made('a');
    link.href = URL.createObjectURL(await this.png());
    link.download = name.replace(/[\\/:*?"<>|]/g, ' ');
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** Bars that are still growing would be saved half as high. */
  settled() {
    if (!this.chart.getZr().animation.clip && !this.chart.getOption().animation) return Promise.resolve();
    return new Promise(resolve => {
      const limit = setTimeout(resolve, 400);
      this.chart.on('finished', () => { clearTimeout(limit); resolve(); });
      this.chart.getZr().refresh();
    });
  }

  dispose() {
    this.stop.abort();
    this.sizes.disconnect();
    this.themes.disconnect();
    this.over.replaceChildren();
    this.chart?.dispose();
    this.chart = undefined;
  }
}

function made(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Text on a canvas stays in the typeface it was drawn with. */
function fonts() {
  const wanted = ['400 12px "Inter Variable"', '600 12px "Inter Variable"', '700 26px "Nunito Variable"'].map(font => document.fonts.load(font));
  return Promise.race([Promise.allSettled(wanted), new Promise(resolve => setTimeout(resolve, 1000))]);
}
