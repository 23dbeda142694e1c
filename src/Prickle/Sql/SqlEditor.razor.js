// The editor of statements: Monaco from our own files, with ClickHouse's words, our colours and the live schema.
const base = new URL('_content/BlazorMonaco/lib/monaco-editor/min/', document.baseURI).href;
const keywords = ('SELECT FROM WHERE PREWHERE GROUP BY ORDER LIMIT OFFSET HAVING QUALIFY WINDOW OVER PARTITION ROWS RANGE BETWEEN UNBOUNDED PRECEDING '
  + 'FOLLOWING CURRENT ROW AND OR NOT IN IS NULL LIKE ILIKE AS ON USING JOIN INNER LEFT RIGHT FULL CROSS ASOF ANY ALL SEMI ANTI UNION INTERSECT EXCEPT '
  + 'DISTINCT WITH RECURSIVE TOTALS ROLLUP CUBE SAMPLE FINAL ARRAY CASE WHEN THEN ELSE END ASC DESC NULLS FIRST LAST INTERVAL CAST EXISTS TRUE FALSE FILL').split(' ');
let loading;
let schema = { tables: [], functions: [] };

/** Loads Monaco once. @returns {Promise<void>} */
function load() {
  return loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = base + 'vs/loader.js';
    script.onerror = () => reject(new Error('The editor could not be loaded.'));
    script.onload = () => {
      window.require.config({ paths: { vs: base + 'vs' } });
      window.require(['vs/editor/editor.main'], () => {
        // Other libraries must not take the loader for theirs.
        window.define.amd = undefined;
        teach(window.monaco);
        resolve();
      }, reject);
    };
    document.head.append(script);
  });
}

function teach(monaco) {
  monaco.languages.register({ id: 'clickhouse' });
  monaco.languages.setLanguageConfiguration('clickhouse', {
    comments: { lineComment: '--', blockComment: ['/*', '*/'] },
    brackets: [['(', ')'], ['[', ']'], ['{', '}']],
    autoClosingPairs: ['()', '[]', '{}', "''", '``', '""'].map(pair => ({ open: pair[0], close: pair[1] })),
    wordPattern: /[\w$]+/,
  });
  monaco.languages.setMonarchTokensProvider('clickhouse', {
    ignoreCase: true, keywords,
    tokenizer: {
      root: [
        [/--.*$/, 'comment'], [/\/\*/, 'comment', '@comment'], [/'/, 'string', '@string'], [/`[^`]*`|"[^"]*"/, 'identifier.quote'],
        [/\{[\w.]+\}/, 'variable'], [/\d[\w.]*/, 'number'],
        [/[a-z_$][\w$]*(?=\s*\()/, { cases: { '@keywords': 'keyword', '@default': 'predefined' } }],
        [/[a-z_$][\w$]*/, { cases: { '@keywords': 'keyword', '@default': 'identifier' } }],
        [/[-+*\/%<>=!|:]+/, 'operator'],
      ],
      comment: [[/[^*]+/, 'comment'], [/\*\//, 'comment', '@pop'], [/\*/, 'comment']],
      string: [[/[^'\\]+/, 'string'], [/\\./, 'string.escape'], [/''/, 'string.escape'], [/'/, 'string', '@pop']],
    },
  });
  monaco.languages.registerCompletionItemProvider('clickhouse', { triggerCharacters: ['.', '$'], provideCompletionItems: suggest });
  for (const [name, dark] of [['prickle-light', false], ['prickle-dark', true]]) {
    const pick = (light, other) => (dark ? other : light);
    monaco.editor.defineTheme(name, {
      base: pick('vs', 'vs-dark'), inherit: true,
      rules: [
        { token: 'keyword', foreground: pick('B54018', 'F0774A'), fontStyle: 'bold' }, { token: 'predefined', foreground: pick('2A746E', '58B3AB') },
        { token: 'string', foreground: pick('2B733B', '6FBF82') }, { token: 'number', foreground: pick('6A5ACD', 'A79CF0') },
        { token: 'comment', foreground: pick('6B6257', 'B0A596'), fontStyle: 'italic' }, { token: 'variable', foreground: pick('8F6109', 'EDBB4C') },
        { token: '', foreground: pick('2A2520', 'F2ECE3') },
      ],
      colors: {
        'editor.background': pick('#FFFFFF', '#26221E'), 'editor.foreground': pick('#2A2520', '#F2ECE3'),
        'editorLineNumber.foreground': pick('#8F8577', '#8A8073'), 'editor.lineHighlightBackground': pick('#F7F3EA', '#2B2722'),
        'editorSuggestWidget.background': pick('#FFFFFF', '#26221E'), 'editorSuggestWidget.border': pick('#E8E1D4', '#3A342D'),
        'editorSuggestWidget.selectedBackground': pick('#F6E3D9', '#4A3327'), 'editorSuggestWidget.selectedForeground': pick('#2A2520', '#F2ECE3'),
        'editorSuggestWidget.highlightForeground': pick('#B54018', '#F0774A'), 'editorSuggestWidget.focusHighlightForeground': pick('#B54018', '#F0774A'), 'editorCursor.foreground': pick('#B54018', '#F0774A'),
        'editor.selectionBackground': pick('#F3DCCF', '#5A3A2A'),
      },
    });
  }
}

/** What may stand at the cursor: after a dot its columns or properties, else everything. */
function suggest(model, position) {
  const { monaco } = window;
  const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
  const path = /((?:[\w$]+|`[^`]*`)\.)+[\w$]*$/.exec(before)?.[0] ?? '';
  const word = model.getWordUntilPosition(position);
  const range = { startLineNumber: position.lineNumber, endLineNumber: position.lineNumber, startColumn: word.startColumn, endColumn: word.endColumn };
  const Kind = monaco.languages.CompletionItemKind;
  const item = (label, kind, detail, order, insertText = label) => ({ label, kind, detail, range, insertText, sortText: order + label });
  const columns = schema.tables.flatMap(table => table.columns.map(column => item(column.name, Kind.Field, `${column.type} · ${table.name}`, '1')));
  const properties = schema.tables.flatMap(table => table.properties.map(property => ({ ...property, table: table.name })));
  if (path.includes('.')) {
    const owner = path.slice(0, path.lastIndexOf('.') + 1).replace(/^\w+\.(?=(person\.)?properties\.|person\.$)/, '');
    const inside = properties.filter(property => property.path.startsWith(owner))
      .map(property => item(property.path.slice(owner.length), Kind.Property, `${property.type} · ${property.table}`, '0'));
    // Behind a database its tables, behind a table its columns; an alias may be any table's.
    const prefix = path.slice(0, path.lastIndexOf('.') + 1);
    const below = schema.tables.filter(found => found.name.startsWith(prefix)).map(found => item(found.name.slice(prefix.length), Kind.Struct, 'table', '0'));
    const table = schema.tables.find(found => `${found.name}.` === prefix) ?? schema.tables.find(found => found.name === path.split('.')[0]);
    const own = table ? table.columns.map(column => item(column.name, Kind.Field, column.type, '1')) : below.length > 0 ? below : columns;
    return { suggestions: unique(inside.length > 0 ? inside : own) };
  }
  return {
    suggestions: unique([
      ...schema.tables.map(table => item(table.name, Kind.Struct, 'table', '0')), ...columns,
      ...properties.map(property => item(property.path, Kind.Property, property.type, '2')),
      ...keywords.map(keyword => item(keyword, Kind.Keyword, '', '3')),
      ...schema.functions.map(name => ({ ...item(name, Kind.Function, 'function', '4', `${name}($0)`), insertTextRules: 4 })),
    ]),
  };
}

function unique(items) {
  const seen = new Set();
  return items.filter(entry => !seen.has(entry.label) && seen.add(entry.label));
}

const dark = () => getComputedStyle(document.documentElement).colorScheme === 'dark'
  || (getComputedStyle(document.documentElement).colorScheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
const paint = () => window.monaco?.editor.setTheme(dark() ? 'prickle-dark' : 'prickle-light');

/** @param {HTMLElement} element @param {string} text @param {any} page */
export async function create(element, text, page) {
  await load();
  const { monaco } = window;
  const editor = monaco.editor.create(element, {
    value: text, language: 'clickhouse', automaticLayout: true, minimap: { enabled: false }, scrollBeyondLastLine: false, fontSize: 13,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--prickle-code'), lineNumbersMinChars: 3, folding: false,
    renderLineHighlight: 'line', wordWrap: 'on', padding: { top: 12, bottom: 12 }, fixedOverflowWidgets: true, ariaLabel: 'SQL statement',
    wordBasedSuggestions: false, tabSize: 2, overviewRulerLanes: 0, scrollbar: { alwaysConsumeMouseWheel: false },
  });
  paint();
  const themes = new MutationObserver(paint);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', paint);
  let pause;
  editor.onDidChangeModelContent(() => {
    monaco.editor.setModelMarkers(editor.getModel(), 'sql', []);
    clearTimeout(pause);
    pause = setTimeout(() => page.invokeMethodAsync('Changed', editor.getValue()), 300);
  });
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => page.invokeMethodAsync('Run', editor.getValue()));
  return {
    text: () => editor.getValue(),
    setText: value => { if (value !== editor.getValue()) editor.setValue(value); },
    insert: value => { editor.executeEdits('schema', [{ range: editor.getSelection(), text: value, forceMoveMarkers: true }]); editor.focus(); },
    mark: (line, column, length, message) => monaco.editor.setModelMarkers(editor.getModel(), 'sql', message && line
      ? [{ severity: monaco.MarkerSeverity.Error, message, startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: column + (length ?? 1) }] : []),
    complete: (tables, functions) => { schema = { tables, functions }; },
    dispose: () => { clearTimeout(pause); themes.disconnect(); system.removeEventListener('change', paint); editor.getModel()?.dispose(); editor.dispose(); },
  };
}

/** Keeps a stream from the server as a file. */
export async function download(name, stream) {
  const address = URL.createObjectURL(new Blob([await stream.arrayBuffer()]));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
