/** Makes `old` like `next`, keeping every element that is in both: by its `data-key`, or by kind and place where it has none. */
export function morph(old: Node, next: Node): void {
  if (old instanceof Text && next instanceof Text) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  if (!(old instanceof Element && next instanceof Element)) return;
  morphAttributes(old, next);
  morphChildren(old, next);
}

function morphAttributes(old: Element, next: Element): void {
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

function morphChildren(old: Element, next: Element): void {
  const keyed = new Map<string, Node>();
  for (const child of old.childNodes) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  let at: Node | null = old.firstChild;
  for (const wanted of next.childNodes) {
    const kept = keptFor(wanted, at, keyed);
    if (kept === null) {
      old.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (kept === at) at = at.nextSibling;
    else old.insertBefore(kept, at);
    morph(kept, wanted);
  }
  while (at !== null) {
    const gone: ChildNode = at as ChildNode;
    at = gone.nextSibling;
    gone.remove();
  }
}

/** What stays in the place of `wanted`; null: nothing, it is new. */
function keptFor(wanted: Node, at: Node | null, keyed: ReadonlyMap<string, Node>): Node | null {
  const key = keyOf(wanted);
  const kept = key !== null ? (keyed.get(key) ?? null) : at !== null && keyOf(at) === null ? at : null;
  return kept !== null && isSameKind(kept, wanted) ? kept : null;
}

const keyOf = (node: Node): string | null => (node instanceof Element ? node.getAttribute("data-key") : null);

const isSameKind = (a: Node, b: Node): boolean => a.nodeType === b.nodeType && a.nodeName === b.nodeName;
