import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "./start-fault.ts";
import { replaceFile } from "./replace-file.ts";

function addressFile(root: string): string {
  return join(root, "run", "address");
}

/** Writes where the Terrace of this data directory is reached; only for who holds its lock. */
export async function writeServedAddress(root: string, url: string): Promise<void> {
  await replaceFile(addressFile(root), `${url}\n`);
}

/** Takes the address back: this one stops serving, or a killed one before it left its own. */
export async function forgetServedAddress(root: string): Promise<void> {
  await rm(addressFile(root), { force: true });
}

/** Where the Terrace that runs on a data directory says it is reached; undefined while it does not serve. Means nothing when none runs. */
export async function readServedAddress(root: string): Promise<string | undefined> {
  const text = await readFile(addressFile(root), "utf8").catch((error: unknown) => {
    if (systemErrorCode(error) === "ENOENT") return "";
    throw error;
  });
  const url = text.trim();
  return /^https?:/.test(url) && URL.canParse(url) ? url : undefined;
}
