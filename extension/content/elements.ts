/** Makes an element with a class and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/** Sets a text and hides the element when there is none. */
export function setText(element: HTMLElement, text: string | null): void {
  if (element.textContent !== (text ?? "")) element.textContent = text ?? "";
  element.hidden = text === null || text === "";
}

/** The mark of a seat, drawn so that no image needs loading. */
export function seatMark(): SVGSVGElement {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 128 128");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  for (const [colour, d] of MARK_PATHS) {
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", d);
    path.setAttribute("fill", colour);
    svg.append(path);
  }
  return svg;
}

const MARK_PATHS = [
  ["#2f4bd8", "M28 0h72a28 28 0 0 1 28 28v72a28 28 0 0 1-28 28H28a28 28 0 0 1-28-28V28A28 28 0 0 1 28 0z"],
  ["#ffffff", "M46 24h36a10 10 0 0 1 10 10v20a15 15 0 0 0-9 13H45a15 15 0 0 0-9-13V34a10 10 0 0 1 10-10z"],
  [
    "#ffffff",
    "M30 59a9 9 0 0 1 9 9v6h50v-6a9 9 0 0 1 18 0v20a9 9 0 0 1-9 9h-5v7h-9v-7H44v7h-9v-7h-5a9 9 0 0 1-9-9V68a9 9 0 0 1 9-9z",
  ],
] as const;
