/**
 * Pages that go from place to place without a load (hash routes, the History API) and fetch what is there: when that is
 * refused, the page stands under an address whose content it has not got, and many ask for it only once (G11).
 */

/** Where the page last got something, which it had to be loaded for at first. */
let complete = location.href;
let missing: string | null = null;

/** A request that began at this address was refused. Whether the page lacks what stands there. */
export function noteRefused(address: string): boolean {
  // A place in the same document needs nothing: it is the target there.
  if (bare(address) !== bare(complete) && document.querySelector(":target") === null) missing = address;
  return missing === address;
}

/** One was answered. */
export function noteAnswered(address: string): void {
  complete = address;
  if (missing === address) missing = null;
}

/** Whether what stands where the page is now was refused. */
export const isContentMissing = (): boolean => missing === location.href;

/** A link to the top of the page leaves a `#`. */
const bare = (address: string): string => address.replace(/#(top)?$/, "");
