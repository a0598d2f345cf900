/** A page that says one thing: not signed in, not allowed, not there, not now. */
import type { Child } from "hono/jsx";
import type { Person } from "../tenant/tenant-calls.ts";
import { Layout } from "./layout.tsx";

export interface PlainPageProps {
  title: string;
  text: Child;
  tenantName: string;
  visitor: Person | null;
  /** Where to go from here. */
  way: { href: string; words: string };
}

export const PlainPage = ({ title, text, tenantName, visitor, way }: PlainPageProps) => (
  <Layout title={title} tenantName={tenantName} visitor={visitor}>
    <section class="card plain">
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a class="button" href={way.href}>
          {way.words}
        </a>
      </p>
    </section>
  </Layout>
);
