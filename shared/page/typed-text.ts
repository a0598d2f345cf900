/** Whether a person has typed something into this document that is still there, so that a reload would lose it (G11). */

export interface TypedText {
  isThere(): boolean;
  /** Text in a frame of the page is the page's. */
  watch(frame: Window): void;
}

/** Begins to watch. Which keys, and what text, is nobody's business: only the fields are remembered. */
export function watchTypedText(): TypedText {
  const touched = new Set<WeakRef<HTMLElement>>();
  const known = new WeakSet<HTMLElement>();
  const take = (event: Event) => {
    const field = event.composedPath()[0] as HTMLElement;
    if (!event.isTrusted || known.has(field)) return;
    known.add(field);
    touched.add(new WeakRef(field));
  };
  const watch = (frame: Window) => {
    for (const kind of ["input", "change"]) frame.addEventListener(kind, take, { capture: true, passive: true });
  };
  watch(window);
  return {
    watch,
    isThere() {
      for (const reference of touched) {
        const field = reference.deref();
        if (field?.isConnected && isShown(field) && holdsText(field)) return true;
      }
      return false;
    },
  };
}

/** A form that the page keeps out of sight after use is nobody's text. */
const isShown = (field: HTMLElement): boolean => field.getClientRects().length > 0;

function holdsText(field: HTMLElement): boolean {
  const { type, value, form } = field as HTMLInputElement;
  // No field, then, but a text that can be edited; or what a closed shadow root hides.
  if (value === undefined) return !field.isContentEditable || field.textContent.trim() !== "";
  // A sign-in: some pages leave the form there once the CRM has taken it. Where a password is chosen it stands twice.
  if (form?.querySelectorAll("[type=password]").length === 1) return false;
  if (/^(check|radio|select)/.test(type)) return true;
  return value !== "" && value !== (field as HTMLInputElement).defaultValue;
}
