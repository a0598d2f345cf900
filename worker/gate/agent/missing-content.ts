/**
 * Pages that go from place to place without a load (hash routes, the History API) and fetch what is there: when that is
 * refused, the page stands under an address whose content it has not got, and many ask for it only once (G11).
 */

export interface Content {
  /** A request that began at this address was refused. Whether the page lacks what stands there. */
  refused(address: string): boolean;
  /** One was answered. */
  answered(address: string): void;
  /** Whether what stands where the page is now was refused. */
  isMissing(): boolean;
}

export function watchContent(): Content {
  /** Where the page last got something, which it had to be loaded for at first. */
  let complete = location.href;
  let missing: string | null = null;
  return {
    refused(address) {
      if (isElsewhere(address, complete)) missing = address;
      return missing === address;
    },
    answered(address) {
      complete = address;
      if (missing === address) missing = null;
    },
    isMissing: () => missing === location.href,
  };
}

/** A place of its own in the application, not one in the same document. */
function isElsewhere(address: string, before: string): boolean {
  const [here = "", fragment = ""] = address.split("#");
  const [there = ""] = before.split("#");
  if (address === before) return false;
  if (here !== there) return true;
  const name = decode(fragment);
  return name !== "" && document.getElementById(name) === null && document.getElementsByName(name).length === 0;
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
