/** The buttons of Hotseat's pages: forms, so that they work without JavaScript. */
import type { SignOut } from "../session/sign-out.ts";
import { wayOnTo } from "./way-on.ts";

interface WayOnParts {
  /** See `wayOnTo`. */
  target: string;
  label: string;
  /** Another button stands before it. */
  second?: boolean;
  /** It leads to a new tab. */
  isInOwnTab?: boolean;
}

export function WayOn({ target, label, second = false, isInOwnTab = false }: WayOnParts) {
  return (
    <form method="post" action={wayOnTo(target)} target={isInOwnTab ? "_blank" : undefined} class="way-on">
      <button type="submit" class={second ? "act second" : "act"}>
        {label}
      </button>
    </form>
  );
}

/** In a frame it leaves the page around it, too. */
export function SignOutForm({ signOut, label, isFramed }: { signOut: SignOut; label: string; isFramed: boolean }) {
  return (
    <form method={signOut.method} action={signOut.path} target={isFramed ? "_top" : undefined} id="sign-out">
      {signOut.fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="act quiet">
        {label}
      </button>
    </form>
  );
}
