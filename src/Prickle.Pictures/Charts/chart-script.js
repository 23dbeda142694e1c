// Draws a chart without a page: the option of the product in, the text of an SVG out.

import * as echarts from 'echarts.js';
import feature from 'topojson/feature.js';
import { narrowBelow, revive } from 'drawing/option.js';
import { projection, worldOf } from 'drawing/world.js';

const mostLegendRows = 3;
const legendRow = 28;
let hasWorld = false;

echarts.setPlatformAPI({ measureText: (text, font) => ({ width: measure(text ?? '', font ?? '') }) });

export function draw(text, width, height) {
  const whole = JSON.parse(text);
  if (whole.$map && !hasWorld) {
    echarts.registerMap('world', { geoJSON: flat(worldOf(feature, JSON.parse(world()), whole.$map.codes)) });
    hasWorld = true;
  }
  const option = revive(whole, { narrow: width < narrowBelow, themed });
  option.animation = false;
  delete option.tooltip;
  for (const map of option.series.filter(series => series.type === 'map')) {
    delete map.projection;
    map.aspectScale = 1;
  }
  if (option.legend) unroll(option, width, height);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    const marks = (whole.$annotations ?? []).map(group => ({ x: chart.convertToPixel({ xAxisIndex: 0 }, group.place), count: group.texts.length }));
    return JSON.stringify({ svg: chart.renderToSVGString(), marks });
  } finally {
    chart.dispose();
  }
}

/** Nobody can turn the pages of a legend on paper: it gets rows, and what they do not hold is counted. */
function unroll(option, width, height) {
  const { legend } = option;
  const font = `${legend.textStyle.fontSize}px body`;
  let rows = 1;
  let x = 0;
  let shown = 0;
  for (const name of legend.data) {
    const words = typeof legend.formatter === 'function' ? legend.formatter(name) : name;
    const size = legend.itemWidth + 5 + Math.min(measure(words, font) + 1, legend.textStyle.width) + legend.itemGap;
    if (x > 0 && x + size - legend.itemGap > width) {
      if (rows === mostLegendRows) break;
      rows++;
      x = 0;
    }
    x += size;
    shown++;
  }
  legend.type = 'plain';
  const rest = legend.data.length - shown;
  legend.data = legend.data.slice(0, shown);
  const more = (rows - 1) * legendRow + (rest > 0 ? legendRow : 0);
  if (rest > 0) {
    legend.bottom = legendRow;
    option.graphic = [{ type: 'text', left: 0, bottom: 2, style: { text: `and ${rest} more`, fill: legend.textStyle.color, font } }];
  }
  if (more === 0) return;
  // A ring keeps its total in its middle.
  for (const pie of option.series.filter(series => series.type === 'pie')) pie.bottom = more;
  if (option.title) option.title.top = (height - more) * parseFloat(option.title.top) / 100;
  const grid = Array.isArray(option.grid) ? option.grid[0] : option.grid;
  if (grid) grid.bottom += more;
}

/** The world is projected once, and not for every picture. */
function flat(world) {
  const project = point => {
    const [x, y] = projection.project(point);
    return [x * 100, -y * 100];
  };
  for (const { geometry } of world.features) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    for (const polygon of polygons) polygon.forEach((ring, index) => { polygon[index] = ring.map(project); });
  }
  return world;
}
