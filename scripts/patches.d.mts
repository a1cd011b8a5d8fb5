/** Mends what is installed in `modules`; throws when a dependency is not the one that a mend was made for. */
export function applyPatches(modules: string): void;
