import manifest from "../package.json" with { type: "json" };

/** The version of this Terrace. */
export const VERSION: string = manifest.version;
