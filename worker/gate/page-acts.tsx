/** The buttons of Hotseat's pages: forms, so that they work without JavaScript. */
import type { SignOut } from "./sign-out.ts";
import { wayOnTo } from "./way-on.ts";

/** `target`: see `wayOnTo`. `second`: another button stands before it. */
export function WayOn({ target, label, second = false }: { target: string; label: string; second?: boolean }) {
  return (
    <form method="post" action={wayOnTo(target)} class="way-on">
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
