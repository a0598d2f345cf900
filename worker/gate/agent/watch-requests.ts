/** Watches the answers to the page's own requests (G5). Changes no request and no answer. */
import { REFUSED_HEADER } from "../../../shared/reserved-path.ts";

export interface Watched {
  /** A request was refused; `isSave`: it was to change something. */
  refused(reason: string, isSave: boolean): void;
  /** One was answered. */
  answered(): void;
}

/** `view`: whose requests. */
export function watchRequests({ refused, answered }: Watched, view: Window & typeof globalThis = window): void {
  const see = (reason: string | null, method: string) => {
    if (reason === null) answered();
    else refused(reason, !/^(GET|HEAD|OPTIONS)$/i.test(method));
  };

  const own = `${location.origin}/`;
  const methods = new WeakMap<XMLHttpRequest, string>();
  const realOpen = view.XMLHttpRequest.prototype.open;
  const look = ({ currentTarget }: Event) => {
    const request = currentTarget as XMLHttpRequest;
    if (!request.responseURL.startsWith(own)) return;
    see(request.getResponseHeader(REFUSED_HEADER), methods.get(request) ?? "GET");
  };
  view.XMLHttpRequest.prototype.open = function open(this: XMLHttpRequest, ...given: unknown[]) {
    methods.set(this, String(given[0]));
    this.addEventListener("load", look);
    return Reflect.apply(realOpen, this, given);
  };

  const realFetch = view.fetch;
  view.fetch = function fetch(this: unknown, ...given: Parameters<typeof realFetch>) {
    const [input, init] = given;
    const method = init?.method ?? (input instanceof view.Request ? input.method : "GET");
    const answer = Reflect.apply(realFetch, this, given) as Promise<Response>;
    answer.then(
      (response) => {
        if (response.type !== "cors" && response.type !== "opaque") see(response.headers.get(REFUSED_HEADER), method);
      },
      () => undefined,
    );
    return answer;
  };
}
