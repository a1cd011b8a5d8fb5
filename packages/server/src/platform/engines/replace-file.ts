import { rename, writeFile } from "node:fs/promises";

/** Written beside and renamed, so that a crash or a reader finds the old file or the new one, never half of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, text, { flush: true });
  await rename(beside, path);
}
