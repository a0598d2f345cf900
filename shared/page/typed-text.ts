/** Whether a person has typed something into this document that is still there, so that a reload would lose it (G11). */

const FIELDS = "input,textarea,select";

export interface TypedText {
  isThere(): boolean;
}

/** Begins to watch. Which keys, and what text, is nobody's business: only the fields are remembered. */
export function watchTypedText(): TypedText {
  const touched = new Set<WeakRef<Element>>();
  const known = new WeakSet<Element>();
  const take = (event: Event) => {
    const field = event.composedPath()[0];
    if (!event.isTrusted || !(field instanceof Element) || known.has(field)) return;
    known.add(field);
    touched.add(new WeakRef(field));
  };
  for (const kind of ["input", "change"]) addEventListener(kind, take, { capture: true, passive: true });
  return {
    isThere() {
      for (const reference of touched) {
        const field = reference.deref();
        if (field?.isConnected && isShown(field) && holdsText(field)) return true;
      }
      return false;
    },
  };
}

/** A sign-in form that the page keeps out of sight after use is nobody's text. */
const isShown = (field: Element): boolean => field.getClientRects().length > 0;

function holdsText(field: Element): boolean {
  if (!field.matches(FIELDS)) return (field.textContent ?? "").trim() !== "";
  const { type, value } = field as HTMLInputElement;
  if (type === "checkbox" || type === "radio" || type.startsWith("select")) return true;
  return value !== "" && value !== (field as HTMLInputElement).defaultValue;
}
