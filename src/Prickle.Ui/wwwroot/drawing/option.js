// An option as ChartOption wrote it → what ECharts takes: colours of the theme are filled in, names of functions become them.
// Used by browsers and by the server, which draws pictures: nothing here touches a page.

import { short } from './format.js';
import { axisTip, itemTip } from './tips.js';
import { projection } from './world.js';

/** In pixels: narrower charts leave out what has no room. */
export const narrowBelow = 480;

/**
 * @param {{narrow: boolean, themed: (text: string) => string}} place What the place of the chart says: whether it is narrow,
 * and what "var(--name)" or "var(--name)/0.4" is there.
 */
export function revive(whole, place) {
  const { $annotations, $map, $total, ...plain } = whole;
  return revived(plain, { ...place, names: $map?.names, nothing: $map?.nothing });
}

function revived(node, place) {
  if (typeof node === 'string') return node.startsWith('var(') ? place.themed(node) : node;
  if (Array.isArray(node)) return node.map(part => revived(part, place));
  if (node === null || typeof node !== 'object') return node;
  if (node.$) return made(node, place);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'tip' ? value : revived(value, place)]));
}

function made(node, place) {
  switch (node.$) {
    case 'short': return value => short(typeof value === 'object' ? valueOf(value.value) : Number(value), node.unit);
    case 'text': return () => node.text;
    case 'legend': return name => node.texts[name] ?? name;
    case 'nodeLabel': return params => `${params.data.title}\n{count|${params.data.count}}`;
    case 'at': return node.places ? (index => node.places.includes(index)) : (value => node.texts[Math.round(value)] ?? '');
    case 'width': return place.narrow ? node.narrow : node.wide;
    case 'atLeast': return range => range.max >= node.value ? undefined : nice(node.value);
    case 'projection': return projection;
    case 'axisTip': return params => axisTip(params, node);
    case 'itemTip': return params => itemTip(params, place.names, place.nothing);
    default: throw new Error(`Nobody knows how to make ${node.$}.`);
  }
}

function valueOf(value) {
  return Array.isArray(value) ? value[value.length - 1] : value;
}

/** A round number a little above: an axis that ends at 525 looks like a mistake. */
function nice(value) {
  const step = 10 ** Math.floor(Math.log10(value)) / 2;
  return Math.ceil(value * 1.02 / step) * step;
}
