type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/**
 * Makes an element. Texts become text, never HTML; a function becomes a listener, so that a page whose policy forbids
 * handlers in attributes, inline styles and HTML from strings has nothing to refuse.
 */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  dress(made, attributes);
  fill(made, ...children);
  return made;
}

/** A drawing of one stroke. */
export function icon(path: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const [drawing, line] = [document.createElementNS(space, "svg"), document.createElementNS(space, "path")];
  dress(drawing, { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  dress(line, { d: path });
  drawing.append(line);
  return drawing as SVGElement;
}

/** Puts these in place of what is there. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false && child !== ""));
}

/** Sets attributes: `true` is there without a value, `false` and nothing are not there. */
export function dress(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") target.addEventListener(name.slice(2), value as EventListener);
    else if (value === false || value === null || value === undefined) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? "" : String(value));
  }
}

/** An address that may stand in a link or a picture; others (scripts, data, nonsense) are nothing. */
export function webAddress(text: string | null | undefined, base?: string): string | null {
  try {
    const address = new URL(text ?? "", base);
    return address.protocol === "https:" || address.protocol === "http:" ? address.href : null;
  } catch {
    return null;
  }
}

/** A sheet for a shadow tree: made by the program, so that no policy about inline styles applies. */
export function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}
