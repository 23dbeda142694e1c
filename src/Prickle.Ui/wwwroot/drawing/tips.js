// What tooltips say. Built of elements, never of markup: names come from outside.

import { full, short } from './format.js';

const most = 12;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function box(title) {
  const made = element('div', 'prickle-tip-box');
  made.append(element('div', 'title', title));
  return made;
}

function row(name, value, colour, aside, className) {
  const made = element('div', className ? `line ${className}` : 'line');
  if (colour) {
    const mark = element('span', 'mark');
    mark.style.background = colour;
    made.append(mark);
  }
  made.append(element('span', 'name', name), element('b', 'number', value), element('span', 'aside number', aside ?? ''));
  return made;
}

/** For an item that carries its own words. */
export function itemTip(params, names, nothing) {
  const tip = params.data?.tip;
  if (!tip) {
    const plain = box(names?.[params.name] ?? params.name);
    if (nothing && params.componentType === 'series') plain.append(element('div', 'note', nothing));
    return plain;
  }
  const made = box(tip.title);
  for (const [name, value] of tip.rows) made.append(row(name, value));
  return made;
}

/** For a place of the axis: every series shown, its share, the total, and the same place of the period before. */
export function axisTip(params, about) {
  if (!Array.isArray(params)) return box(params.name);
  const place = params[0]?.dataIndex ?? 0;
  const made = box(about.details[place] ?? '');
  const unfinished = about.unfinished >= 0 && place >= about.unfinished;
  if (unfinished) made.append(element('div', 'note', 'has not ended yet'));
  const lines = [];
  for (const param of params) {
    let index = param.seriesIndex;
    let series = about.series[index];
    if (!series) continue;
    if (series.tailOf !== undefined) {
      // The tail repeats the last finished point.
      if (!unfinished) continue;
      index = series.tailOf;
      series = about.series[index];
    }
    const drawn = valueOf(param);
    if (drawn === null) continue;
    lines.push({ index, series, drawn, value: series.raw ? series.raw[place] : drawn, colour: param.color });
  }
  if (about.stacked) lines.reverse();
  const own = lines.filter(line => !line.series.compared);
  const total = own.reduce((sum, line) => sum + line.value, 0);
  for (const line of lines.slice(0, most)) {
    const shares = (about.shares || about.ofTotal) && !line.series.compared && total > 0;
    const aside = about.ofTotal ? short(line.drawn, { style: 'share' })
      : shares ? short(line.value / total, { style: 'share' })
      : line.series.compared ? change(line, lines) : '';
    made.append(row(line.series.places?.[place] ?? line.series.name, full(line.value, about.unit), line.colour, aside, line.series.compared ? 'compared' : ''));
  }
  if (lines.length > most) made.append(element('div', 'note', `and ${lines.length - most} more`));
  if (about.total && own.length > 1) made.append(row('Total', full(total, about.unit), undefined, '', 'total'));
  if (about.unit.name) made.append(element('div', 'note', about.unit.name));
  return made;
}

function valueOf(param) {
  const value = Array.isArray(param.value) ? param.value[param.value.length - 1] : param.value;
  return value === null || value === undefined || value === '-' || !Number.isFinite(value) ? null : value;
}

function change(line, lines) {
  const now = lines.find(other => other.index === line.series.comparedWith);
  if (!now || !line.value) return '';
  const part = (now.value - line.value) / line.value;
  return (part > 0 ? '+' : '') + short(part, { style: 'share' });
}
