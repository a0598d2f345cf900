/** Where the built content script lies in the extension: the build writes it there, the background registers it. */
export const CONTENT_SCRIPT = "content/content.js";
