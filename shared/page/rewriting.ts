/**
 * A page may write its document anew (`document.open`), as editors in frames do: the same document goes on, without any
 * of the listeners on it and its window.
 */

/** Calls `act` after each such change. Returns how to stop. */
export function whenRewritten(act: () => void): () => void {
  let root = document.documentElement;
  const observer = new MutationObserver(() => {
    if (document.documentElement === root) return;
    root = document.documentElement;
    act();
  });
  observer.observe(document, { childList: true });
  return () => observer.disconnect();
}
