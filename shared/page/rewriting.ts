/**
 * A page may write its document again (`document.open`), as editors in frames do: the same document goes on, without any
 * of the listeners on it and its window.
 */

/** Calls `act` after each such change. Returns how to stop. */
export function whenRewritten(act: () => void, page: Document = document): () => void {
  let root = page.documentElement;
  const observer = new MutationObserver(() => {
    if (page.documentElement === root) return;
    root = page.documentElement;
    act();
  });
  observer.observe(page, { childList: true });
  return () => observer.disconnect();
}
