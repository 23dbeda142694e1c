/** What a script's own element says: where it came from, and the options that the page gave it. */
export interface Script {
  /** The product's address, without a slash at its end. */
  readonly host: string;
  /** Loaded by posthog-js, not by the page. */
  readonly isSiteApp: boolean;
  /** An option by its name in words with hyphens: an attribute of the element, or a parameter of its address. */
  option(name: string): string | undefined;
}

/** `null` where the script's element cannot be found. */
export function readScript(element: Pick<HTMLScriptElement, "src" | "getAttribute"> | null): Script | null {
  if (!element?.src) return null;
  const address = new URL(element.src);
  const folder = address.pathname.lastIndexOf("/static/");
  return {
    host: address.origin + address.pathname.slice(0, Math.max(folder, 0)),
    isSiteApp: address.searchParams.get("site_app") === "1",
    option: (name) => element.getAttribute(`data-${name}`) ?? address.searchParams.get(name.replaceAll("-", "_")) ?? undefined,
  };
}

/** The element that is running now. A script of another kind (a module, one moved by a bundler) is looked for by its address. */
export const ownElement = (file: string): HTMLScriptElement | null =>
  document.currentScript instanceof HTMLScriptElement
    ? document.currentScript
    : document.querySelector<HTMLScriptElement>(`script[src*="/static/${file}.js"]`);
