import { chromiumPath } from "./browser/browser.ts";

/** Unpacks the browser before the files of a run start it side by side: one that is still being written cannot be started. */
export async function setup(): Promise<void> {
  await chromiumPath();
}
