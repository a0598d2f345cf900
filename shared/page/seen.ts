/** A document that is made ready in advance (prerendered) is no open tab until the person goes to it. */
export function whenSeen(act: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering === true)
    document.addEventListener("prerenderingchange", act, { once: true });
  else act();
}
