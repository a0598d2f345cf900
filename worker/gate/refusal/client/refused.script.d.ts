/** The text of refused.client.ts as browsers run it; see scripts/build/client-scripts.ts. */
declare const script: string;
export default script;
