/** Style sheets come into the bundle as text; see scripts/build/client-scripts.ts. */
declare module "*.css" {
  const text: string;
  export default text;
}
