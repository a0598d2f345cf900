/** Frames of the CRM's own inside the page: editors, old parts of the CRM. The gate puts no script into those. */

/** Calls `see` for each document that comes up in a frame of this origin, also in a frame's frame. */
export function watchFrames(see: (frame: Window) => void, within: Document = document): void {
  const enter = (element: Element) => {
    const frame = (element as HTMLIFrameElement).contentWindow;
    try {
      // Throws for another site's document.
      if (frame === null || frame.document === null) return;
      see(frame);
      watchFrames(see, frame.document);
    } catch {
      // Not ours to see.
    }
  };
  within.addEventListener(
    "load",
    ({ target }) => {
      // Of another window, so no instance of this one's Element.
      const { localName } = target as Element;
      if (/^i?frame$/.test(localName)) enter(target as Element);
    },
    true,
  );
  for (const element of within.querySelectorAll("iframe,frame")) enter(element);
}
