/** A page that says one thing: not signed in, not allowed, not there, not now. */
import type { Child } from "hono/jsx";
import type { Person } from "../../tenant/tenant-calls.ts";
import { Layout } from "./layout.tsx";

export interface PlainPageProps {
  title: string;
  text: Child;
  tenantName: string;
  visitor: Person | null;
  /** Where to go from here. */
  way: { href: string; words: string };
  /** The way leads to the CRM's sign-in, in a tab of its own: this page goes on by itself once that is done. */
  isSignedOut?: boolean;
}

export const PlainPage = ({ title, text, tenantName, visitor, way, isSignedOut = false }: PlainPageProps) => (
  <Layout title={title} tenantName={tenantName} visitor={visitor}>
    <section class="card plain" data-signed-out={isSignedOut ? "yes" : undefined}>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a class="button" href={way.href} target={isSignedOut ? "_blank" : undefined}>
          {way.words}
        </a>
      </p>
    </section>
  </Layout>
);
