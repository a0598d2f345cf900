/** What lies over the page while the person has no seat: the gate's own refusal page, in a frame. */
import { REFUSED_PATH } from "../../../shared/own-path.ts";
import { keepOnTop } from "../../../shared/page/on-top.ts";

export interface Cover {
  show(reason: string): void;
  hide(): void;
  isShown(): boolean;
}

const STYLE =
  "dialog{position:fixed;inset:0;width:100vw;height:100dvh;max-width:none;max-height:none;margin:0;padding:0;border:0;background:Canvas}" +
  "iframe{display:block;width:100%;height:100%;border:0}";

/** `seated`: the page in the frame says that the person has a seat again. */
export function coverOf(seated: () => void): Cover {
  let shown: {
    host: HTMLElement;
    dialog: HTMLDialogElement;
    stage: ReturnType<typeof keepOnTop>;
    stop: () => void;
  } | null = null;

  function build(reason: string) {
    const host = document.createElement("hotseat-refusal");
    host.style.cssText = "all:initial!important;display:contents!important";
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const dialog = document.createElement("dialog");
    dialog.setAttribute("closedby", "none");
    dialog.setAttribute("aria-label", "Licence");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    const frame = document.createElement("iframe");
    frame.title = "Licence";
    frame.src = `${REFUSED_PATH}?reason=${encodeURIComponent(reason)}`;
    // The page in the frame speaks the reader's language; its title names the dialog, too.
    frame.addEventListener("load", () => {
      const title = frame.contentDocument?.title;
      if (!title) return;
      frame.title = title;
      dialog.setAttribute("aria-label", title);
    });
    dialog.append(frame);
    root.append(dialog);
    const stage = keepOnTop(host, () => {
      dialog.close();
      dialog.showModal();
    });
    stage.enter(true);
    dialog.showModal();
    frame.focus();
    const hear = ({ origin, source, data }: MessageEvent) => {
      if (origin !== location.origin || source !== frame.contentWindow || data?.hotseat !== "seated") return;
      seated();
    };
    addEventListener("message", hear);
    return { host, dialog, stage, stop: () => removeEventListener("message", hear) };
  }

  return {
    show(reason) {
      shown ??= build(reason);
    },
    hide() {
      if (shown === null) return;
      const { host, dialog, stage, stop } = shown;
      shown = null;
      stop();
      // Closing first gives the focus back to where the person was typing.
      dialog.close();
      stage.leave();
      host.remove();
    },
    isShown: () => shown !== null,
  };
}
