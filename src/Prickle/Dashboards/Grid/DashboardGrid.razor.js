// Dragging, resizing, and which tiles can be seen. The server keeps the places; this shows them and says what people did.
const narrow = matchMedia('(max-width: 639px)');
const still = matchMedia('(prefers-reduced-motion: reduce)');
let library;

function load() {
  library ??= (async () => {
    // The code editor brings an AMD loader, with which the library would register in place of giving itself to us.
    const define = self.define;
    self.define = undefined;
    try {
      await import(new URL('../../lib/gridstack/gridstack-all.js', import.meta.url));
      return self.GridStack;
    } finally {
      self.define = define;
    }
  })();
  return library;
}

export function create(element, component, tiles, mayArrange) {
  const grid = new TileGrid(element, component, tiles, mayArrange);
  void grid.start();
  return grid;
}

class TileGrid {
  constructor(element, component, tiles, mayArrange) {
    Object.assign(this, { element, component, tiles, mayArrange, seen: new Set(), observed: new Set() });
    this.observer = new IntersectionObserver(entries => this.see(entries), { rootMargin: '160px' });
    this.onMode = () => { this.build(); this.tell('NarrowAsync', narrow.matches); };
    narrow.addEventListener('change', this.onMode);
    this.observe();
  }

  async start() {
    this.tell('NarrowAsync', narrow.matches);
    const GridStack = await load();
    if (this.isOver || !this.element.isConnected) return;
    this.grid = GridStack.init({
      auto: false, column: 12, cellHeight: 40, margin: 8, float: false, animate: !still.matches, handle: '.tile-handle',
      draggable: { handle: '.tile-handle', scroll: true }, resizable: { handles: 'se' }, alwaysShowResizeHandle: true,
    }, this.element);
    this.grid.on('dragstop resizestop', () => setTimeout(() => this.report()));
    this.build();
    this.element.setAttribute('data-ready', '');
  }

  place(tile) { return narrow.matches ? tile.xs : tile.sm; }

  show(tiles, mayArrange) {
    const before = JSON.stringify(this.current());
    Object.assign(this, { tiles, mayArrange });
    this.observe();
    const wanted = JSON.stringify(this.sorted().map(tile => ({ id: tile.id, ...this.place(tile) })));
    if (this.grid && (before !== wanted || this.built !== mayArrange)) this.build();
  }

  sorted() {
    return [...this.tiles].sort((one, other) => this.place(one).y - this.place(other).y || this.place(one).x - this.place(other).x);
  }

  current() {
    if (!this.grid) return [];
    return this.grid.engine.nodes.filter(node => node.el.isConnected).map(node => ({ id: +node.id, x: node.x, y: node.y, w: node.w, h: node.h }))
      .sort((one, other) => one.y - other.y || one.x - other.x);
  }

  // All are placed anew, from the top: so none is ever in the way of another.
  build() {
    if (!this.grid || this.isOver) return;
    this.grid.removeAll(false, false);
    this.grid.column(narrow.matches ? 1 : 12, 'none');
    this.grid.batchUpdate();
    for (const tile of this.sorted()) {
      const item = this.item(tile.id);
      if (item) this.grid.makeWidget(item, { id: `${tile.id}`, ...this.place(tile), minW: narrow.matches ? 1 : 2 });
    }
    this.grid.batchUpdate(false);
    this.grid.setStatic(!this.mayArrange);
    this.built = this.mayArrange;
  }

  item(id) { return this.element.querySelector(`:scope > #tile-${id}`); }

  report() {
    const places = this.current();
    if (JSON.stringify(places) === JSON.stringify(this.sorted().map(tile => ({ id: tile.id, ...this.place(tile) })))) return;
    const key = narrow.matches ? 'xs' : 'sm';
    const byId = new Map(places.map(({ id, ...place }) => [id, place]));
    this.tiles = this.tiles.map(tile => ({ ...tile, [key]: byId.get(tile.id) ?? tile[key] }));
    this.tell('ArrangedAsync', narrow.matches, places);
  }

  observe() {
    const items = new Set(this.tiles.map(tile => this.item(tile.id)).filter(Boolean));
    for (const item of this.observed) if (!items.has(item)) this.observer.unobserve(item);
    for (const item of items) if (!this.observed.has(item)) this.observer.observe(item);
    this.observed = items;
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const id = +target.id.slice(5);
      if (isIntersecting) this.seen.add(id); else this.seen.delete(id);
    }
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell('SeenAsync', [...this.seen]), 50);
  }

  tell(name, ...values) {
    if (!this.isOver) this.component.invokeMethodAsync(name, ...values).catch(() => { /* The page is gone. */ });
  }

  dispose() {
    this.isOver = true;
    clearTimeout(this.telling);
    this.observer.disconnect();
    narrow.removeEventListener('change', this.onMode);
    this.grid?.destroy(false);
  }
}
