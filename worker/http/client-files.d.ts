/** The texts of NAME.client.ts and NAME.client.css as browsers get them, which scripts/build/client-files.ts makes. */
declare module "*.script.js" {
  const text: string;
  export default text;
}
declare module "*.style.js" {
  const text: string;
  export default text;
}
