/** Bundles one entry, minified, and answers its text. */
export function bundle(entry: string, format: "iife" | "es" | "cjs"): Promise<string>;
/** Writes every build into a folder. */
export function buildAll(folder: string): Promise<void>;
