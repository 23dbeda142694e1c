// Numbers in their units, as ValueUnit writes them on the server: axes and sums are only known here.

const thousands = ['', 'K', 'M', 'B', 'T'];
const sizes = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

function text(value, digits, grouped = false, fixed = false) {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: fixed ? digits : 0, useGrouping: grouped });
}

function round(value, digits) {
  return Math.round((value + Number.EPSILON) * 10 ** digits) / 10 ** digits;
}

function scaled(size, step, names, gap) {
  let index = 0;
  while (index < names.length - 1 && round(size, size >= 100 ? 0 : 1) >= step) {
    size /= step;
    index++;
  }
  return text(size, size >= 100 ? 0 : size >= 10 || index > 0 ? 1 : 2) + gap + names[index];
}

function shortSpan(seconds) {
  if (seconds === 0) return '0 s';
  if (seconds < 0.9995) return text(seconds * 1000, 0) + ' ms';
  if (seconds < 59.95) return text(seconds, 1) + ' s';
  if (seconds < 3597) return text(seconds / 60, 1) + ' min';
  if (seconds < 86220) return text(seconds / 3600, 1) + ' h';
  return text(seconds / 86400, 1) + ' d';
}

function fullSpan(seconds) {
  if (seconds < 59.5) return shortSpan(seconds);
  const whole = Math.round(seconds);
  const pair = (large, unit, small, smallUnit) => small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return pair(Math.floor(whole / 3600), 'h', Math.floor(whole % 3600 / 60), 'min');
  return pair(Math.floor(whole / 86400), 'd', Math.floor(whole % 86400 / 3600), 'h');
}

function before(unit) {
  return unit.symbol.length > 1 ? unit.symbol + ' ' : unit.symbol;
}

/** For axes and tight places: "1.2K". */
export function short(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  switch (unit.style) {
    case 'share': return sign + text(size * 100, 1) + ' %';
    case 'seconds': return sign + shortSpan(size);
    case 'money': return sign + before(unit) + scaled(size, 1000, thousands, '');
    case 'bytes': return sign + scaled(size, 1024, sizes, ' ');
    default: return sign + scaled(size, 1000, thousands, '');
  }
}

/** With every digit that means something: "1,234". */
export function full(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  switch (unit.style) {
    case 'share': return sign + text(size * 100, 2, true) + ' %';
    case 'seconds': return sign + fullSpan(size);
    case 'money': return sign + before(unit) + text(size, size === Math.floor(size) ? 0 : 2, true, size !== Math.floor(size));
    case 'bytes': return sign + scaled(size, 1024, sizes, ' ');
    default: return sign + text(size, 2, true);
  }
}
