/** Builds the browser client when it is stale; says whether it is good now. */
export function buildSdk(node: string): boolean;
