/** The one place that knows how the two browsers differ in their extension interface. Not for the content script. */
export { default as browser } from "webextension-polyfill";
