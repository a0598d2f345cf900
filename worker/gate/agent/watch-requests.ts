/** Watches the answers to the page's own requests (G5). Changes no request and no answer. */
import { REFUSED_HEADER } from "../../../shared/reserved-path.ts";

export interface Watched {
  /** A request was refused; `isSave`: it was to change something. `address`: where the page was when it began. */
  refused(reason: string, isSave: boolean, address: string): void;
  /** One was answered. */
  answered(address: string): void;
}

interface Begun {
  method: string;
  address: string;
}

/** `view`: whose requests. */
export function watchRequests({ refused, answered }: Watched, view: Window & typeof globalThis = window): void {
  const see = (reason: string | null, { method, address }: Begun) => {
    if (reason === null) answered(address);
    else refused(reason, !/^(GET|HEAD|OPTIONS)$/i.test(method), address);
  };

  // The page may use the name for something of its own later on.
  const { Request } = view;
  const own = `${location.origin}/`;
  const begun = new WeakMap<XMLHttpRequest, Begun>();
  const realOpen = view.XMLHttpRequest.prototype.open;
  const look = ({ currentTarget }: Event) => {
    const request = currentTarget as XMLHttpRequest;
    if (!request.responseURL.startsWith(own)) return;
    see(request.getResponseHeader(REFUSED_HEADER), begun.get(request) ?? { method: "GET", address: location.href });
  };
  view.XMLHttpRequest.prototype.open = function open(this: XMLHttpRequest, ...given: unknown[]) {
    begun.set(this, { method: String(given[0]), address: location.href });
    this.addEventListener("load", look);
    return Reflect.apply(realOpen, this, given);
  };

  const realFetch = view.fetch;
  view.fetch = function fetch(this: unknown, ...given: Parameters<typeof realFetch>) {
    const [input, init] = given;
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const address = location.href;
    const answer = Reflect.apply(realFetch, this, given) as Promise<Response>;
    answer.then(
      (response) => {
        if (response.type !== "cors" && response.type !== "opaque")
          see(response.headers.get(REFUSED_HEADER), { method, address });
      },
      () => undefined,
    );
    return answer;
  };
}
