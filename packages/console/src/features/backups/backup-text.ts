import type { TextKey, useText } from "../../app/i18n.ts";
import { en } from "../../app/locale/en.ts";

/** Why a backup failed: by its code where it has one, else in the engine's own words. */
export function faultText(text: ReturnType<typeof useText>, fault: string): string {
  const key = `fault.${fault}`;
  return key in en ? text(key as TextKey) : fault;
}

export function fileName(path: string): string {
  return path.split("/").at(-1) ?? path;
}

export function megabytes(bytes: number | null): string {
  if (bytes === null) return "–";
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
