// Small behaviours that must answer at once, without a round trip to the server: copying, theme, drawer, shortcuts.
// Everything is delegated from the document, so it also works on pages that are not interactive.

const root = document.documentElement;
const year = 60 * 60 * 24 * 365;

/** Remembers a choice where the server sees it at the next render, so that nothing flickers. */
function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${year}; samesite=lax`;
}

/** @param {string} text */
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // Plain http on a name other than localhost has no clipboard interface.
  const area = document.createElement('textarea');
  area.value = text;
  area.style.cssText = 'position:fixed;opacity:0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** @param {HTMLElement} button */
async function copyFrom(button) {
  const source = button.dataset.copyFrom ? document.getElementById(button.dataset.copyFrom) : null;
  await copy(source ? source.textContent : button.dataset.copy);
  button.classList.add('copied');
  announce('Copied');
  setTimeout(() => button.classList.remove('copied'), 1600);
}

/** Tells people who use a screen reader. @param {string} text */
function announce(text) {
  const live = document.getElementById('announcer');
  if (live) live.textContent = text;
}

/** The theme goes round: as the system, light, dark. */
function switchTheme() {
  const next = { system: 'light', light: 'dark', dark: 'system' }[root.dataset.theme ?? 'system'] ?? 'system';
  root.dataset.theme = next;
  remember('prickle-theme', next);
  announce(`Theme: ${next}`);
}

function toggleDrawer() {
  if (matchMedia('(max-width: 899px)').matches) {
    root.toggleAttribute('data-sheet');
    return;
  }
  const mini = root.dataset.drawer === 'mini' ? 'wide' : 'mini';
  root.dataset.drawer = mini;
  remember('prickle-drawer', mini);
}

document.addEventListener('click', event => {
  const target = event.target.closest('[data-copy],[data-copy-from],[data-action],[data-sheet-close],.drawer a');
  if (!target) return;
  if (target.dataset.copy !== undefined || target.dataset.copyFrom) {
    event.preventDefault();
    event.stopPropagation();
    copyFrom(target);
  } else if (target.dataset.action === 'theme') switchTheme();
  else if (target.dataset.action === 'drawer') toggleDrawer();
  else if (target.dataset.action === 'reload') location.reload();
  else root.removeAttribute('data-sheet');
}, true);

// A prerendered page looks ready a moment before it hears. The last button clicked meanwhile is clicked again once it does.
const nameOf = button => button.getAttribute('aria-label') ?? button.textContent.trim();
let kept = null;

document.addEventListener('click', event => {
  const button = event.target.closest('[data-prerendered] button:not([data-action])');
  if (!button) return;
  // The browser would send a form itself, to a page that expects none.
  event.preventDefault();
  const isWaiting = kept !== null;
  kept = { name: nameOf(button), until: Date.now() + 10_000 };
  if (!isWaiting) giveKept();
}, true);

function giveKept() {
  // The page draws its own elements in place of the prerendered ones: the button is found by its name, if one alone has it.
  const named = document.querySelector('[data-prerendered]') ? []
    : [...document.querySelectorAll('button:enabled')].filter(button => nameOf(button) === kept.name);
  if (named.length !== 1 && Date.now() < kept.until) return setTimeout(giveKept, 50);
  kept = null;
  if (named.length === 1) named[0].click();
}

/** True while the person types text, so that single-letter shortcuts stay out of the way. */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

document.addEventListener('keydown', event => {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    document.querySelector('[data-shortcut="palette"]')?.click();
  } else if (event.key === 'Escape') root.removeAttribute('data-sheet');
  else if (command || event.altKey || isTyping(event.target)) return;
  else if (event.key === '?') document.querySelector('[data-shortcut="help"]')?.click();
  else if (event.key === '[') toggleDrawer();
  else if (event.key === '/') {
    const search = document.querySelector('[data-shortcut="search"]');
    if (search) { event.preventDefault(); search.focus(); }
  }
});
