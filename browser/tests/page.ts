/**
 * A page to draw on without a browser: elements with attributes, children and listeners. It has no way to read HTML from a
 * string, nor a handler from an attribute: what asks for one fails, as on a page whose policy forbids it.
 */
class FakeNode {
  parent: FakeElement | null = null;

  constructor(readonly text: string) {}

  get textContent(): string {
    return this.text;
  }
}

export class FakeElement extends FakeNode {
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, (event: unknown) => unknown>();
  readonly style = { setProperty: (name: string, value: string) => void this.styles.set(name, value) };
  readonly styles = new Map<string, string>();
  nodes: FakeNode[] = [];
  hidden = false;
  disabled = false;
  checked = false;
  value = "";

  constructor(readonly tag: string) {
    super("");
  }

  override get textContent(): string {
    return this.nodes.map((node) => node.textContent).join("");
  }

  override set textContent(text: string) {
    this.nodes = [new FakeNode(text)];
  }

  get children(): FakeElement[] {
    return this.nodes.filter((node) => node instanceof FakeElement);
  }

  setAttribute(name: string, value: string): void {
    if (name.startsWith("on") || name === "style") throw new Error(`the policy forbids the attribute ${name}`);
    this.attributes.set(name, value);
    if (name === "hidden") this.hidden = true;
    if (name === "checked") this.checked = true;
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
    if (name === "hidden") this.hidden = false;
  }

  getAttribute = (name: string): string | null => this.attributes.get(name) ?? null;
  addEventListener = (kind: string, listener: (event: unknown) => unknown): void => void this.listeners.set(kind, listener);
  getRootNode = (): object => ({ activeElement: null });
  contains = (): boolean => false;
  focus = (): void => {};
  scrollIntoView = (): void => {};

  append(...nodes: (FakeNode | string)[]): void {
    this.nodes.push(...nodes.map((node) => (typeof node === "string" ? new FakeNode(node) : node)));
  }

  replaceChildren(...nodes: (FakeNode | string)[]): void {
    this.nodes = [];
    this.append(...nodes);
  }

  /** Everything below, in order. */
  get all(): FakeElement[] {
    return this.children.flatMap((child) => [child, ...child.all]);
  }

  /** The only one of its kind. */
  one(holds: (element: FakeElement) => boolean): FakeElement {
    const found = this.all.filter(holds);
    if (found.length !== 1) throw new Error(`${found.length} elements instead of one`);
    return found[0]!;
  }

  /** What a person does; returns when what follows is done. */
  act(kind: string): Promise<unknown> {
    return Promise.resolve(this.listeners.get(kind)?.({ preventDefault: () => {} }));
  }
}

export function openPage(): void {
  Object.assign(globalThis, {
    document: { createElement: (tag: string) => new FakeElement(tag), createElementNS: (_: string, tag: string) => new FakeElement(tag) },
  });
}
