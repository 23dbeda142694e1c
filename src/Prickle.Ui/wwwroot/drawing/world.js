// The map of the world: countries by their code of two letters, in the Natural Earth projection.

const degrees = Math.PI / 180;
let loading;

/** Reads the map once and gives it to ECharts. */
export function registerWorld(echarts, codes) {
  return loading ??= read(echarts, codes).catch(error => {
    loading = undefined;
    throw error;
  });
}

async function read(echarts, codes) {
  const [{ default: feature }, reply] = await Promise.all([
    import('../lib/topojson-client/feature.js'),
    fetch(new URL('../lib/world-atlas/countries-50m.json', import.meta.url)),
  ]);
  if (!reply.ok) throw new Error(`The map of the world could not be loaded (${reply.status}).`);
  echarts.registerMap('world', { geoJSON: worldOf(feature, await reply.json(), codes) });
}

/** The countries of an atlas, flat. */
export function worldOf(feature, atlas, codes) {
  const world = feature(atlas, atlas.objects.countries);
  // Nobody browses from Antarctica, and it would take a quarter of the picture. Islands that share a number with their
  // country are drawn as their own: ECharts keeps one region per name.
  world.features = world.features.filter(country => country.id !== '010');
  for (const country of world.features) unwrap(country);
  const taken = new Set();
  for (const country of world.features) {
    const code = country.properties.name === 'Kosovo' ? 'XK' : codes[country.id];
    country.properties.iso = code && !taken.has(code) ? code : country.properties.name;
    taken.add(country.properties.iso);
  }
  return world;
}

/**
 * The atlas is drawn for a globe: its rings run across the 180th meridian. On paper they must not jump from one edge to the
 * other, so each goes on beyond it; what Russia has on the far side stays with Russia.
 */
function unwrap(country) {
  const { type, coordinates } = country.geometry;
  for (const polygon of type === 'Polygon' ? [coordinates] : coordinates) {
    for (const ring of polygon) {
      let turn = 0;
      for (let index = 1, before = ring[0][0]; index < ring.length; index++) {
        const longitude = ring[index][0];
        if (longitude - before > 180) turn -= 360;
        else if (longitude - before < -180) turn += 360;
        before = longitude;
        ring[index] = [longitude + turn, ring[index][1]];
      }
      const longitudes = ring.map(([longitude]) => longitude);
      const middle = (Math.min(...longitudes) + Math.max(...longitudes)) / 2;
      const shift = middle < -180 || country.id === '643' && middle < 0 ? 360 : middle > 180 && country.id !== '643' ? -360 : 0;
      if (shift) ring.forEach(([longitude, latitude], index) => { ring[index] = [longitude + shift, latitude]; });
    }
  }
}

function width(squared) {
  const fourth = squared * squared;
  return 0.8707 - 0.131979 * squared + fourth * (-0.013791 + fourth * (0.003971 * squared - 0.001529 * fourth));
}

function height(latitude) {
  const squared = latitude * latitude;
  const fourth = squared * squared;
  return latitude * (1.007226 + squared * (0.015085 + fourth * (-0.044475 + 0.028874 * squared - 0.005916 * fourth)));
}

/** Natural Earth: round at the corners, true enough in size. The polynomial has no inverse; Newton finds it. */
export const projection = {
  project([longitude, latitude]) {
    const radians = latitude * degrees;
    return [longitude * degrees * width(radians * radians), -height(radians)];
  },
  unproject([x, y]) {
    let radians = -y;
    for (let turn = 0; turn < 12; turn++) {
      const slope = (height(radians + 1e-5) - height(radians - 1e-5)) / 2e-5;
      const step = (height(radians) + y) / slope;
      radians -= step;
      if (Math.abs(step) < 1e-7) break;
    }
    return [x / width(radians * radians) / degrees, radians / degrees];
  },
};
