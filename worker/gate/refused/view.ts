/** The refusal page as its script finds it: what the Worker wrote into it, and the parts that change. */
import type { Status } from "../../../shared/protocol.ts";

const main = document.querySelector("main") as HTMLElement;
const { reason = "", waits, framed, form = "no", page: wanted = null } = main.dataset;

export const page = {
  reason,
  waits: waits === "yes",
  isFramed: framed === "yes" && parent !== window,
  /** no: the page was asked for. yes: a form was sent. kept: what was in it is on the page. */
  form,
  /** The page wanted, by path, query and fragment, where it has another address than this one. */
  wanted,
};

export const words: Readonly<Record<string, string>> = JSON.parse(main.dataset.words ?? "{}");

export const byId = (id: string): HTMLElement | null => document.getElementById(id);

export function say(text: string | undefined): void {
  const news = byId("news");
  if (news !== null && news.textContent !== text) news.textContent = text ?? "";
}

function fill(text: string | undefined, values: object): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name]));
}

function write(id: string, text: string | null): void {
  const element = byId(id);
  if (element !== null) element.textContent = text ?? "";
}

function hideAll(selector: string, isHidden: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>(selector)) part.hidden = isHidden;
}

/** L16: a holder was asked a short while ago. */
let hasAsked = false;
export function setAsked(asked: boolean): void {
  hasAsked = asked;
  hideAll("#ask", asked);
}

export function show(status: Status): void {
  write("in-use", fill(words.inUseOf, status));
  write("contact", status.tenant.contact);
  hideAll(".contact", status.tenant.contact === "");
  hideAll("#administer", !status.mayAdminister);
  const { line, ended } = status;
  hideAll(".place", line === null);
  if (line !== null) write("position", line.length > 1 ? fill(words.placeOf, line) : String(line.position));
  const { estimateMs = null, mayAsk = false } = line ?? {};
  hideAll("#estimate", estimateMs === null);
  if (estimateMs !== null)
    write("estimate", fill(words.estimate, { minutes: Math.max(1, Math.round(estimateMs / 60_000)) }));
  hideAll("#ask", !mayAsk || line === null || line.offeredForMs !== null || hasAsked);
  if (ended?.cause !== "evicted") return;
  write("by", ended.by ? fill(words.freedBy, { name: ended.by }) : "");
  hideAll("#by", !ended.by);
  write("note", ended.note);
  hideAll("#note", !ended.note);
}
