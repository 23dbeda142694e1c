// Which insights were looked at in this browser, the latest first. A browser that keeps nothing forgets them.
const most = 12;
const key = project => `prickle-insights-${project}`;

/** @param {number} project @returns {string[]} */
export function visited(project) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(project)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(id => typeof id === "string").slice(0, most) : [];
  } catch {
    return [];
  }
}

/** @param {number} project @param {string} id */
export function visit(project, id) {
  try {
    localStorage.setItem(key(project), JSON.stringify([id, ...visited(project).filter(other => other !== id)].slice(0, most)));
  } catch {
    // Nothing is kept: the home shows favourites and what was changed.
  }
}
