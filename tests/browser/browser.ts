import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium as playwright } from "playwright-core";
import type { Browser } from "playwright-core";
import { ROOT, readJson } from "../style/source-files.ts";

/**
 * Starts the headless Chromium that comes from npm. It is unpacked once into the checkout's cache.
 * `TERRACE_TEST_CHROMIUM` names another browser to use instead.
 */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromiumPath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** Where the browser is, unpacked when it was not. Two processes must not unpack at once: a run of tests does it before its files begin. */
export async function chromiumPath(): Promise<string> {
  return process.env["TERRACE_TEST_CHROMIUM"] ?? unpackChromium();
}

async function unpackChromium(): Promise<string> {
  const { version } = readJson("node_modules/@sparticuz/chromium/package.json") as { version: string };
  const folder = join(ROOT, ".cache", `chromium-${version}`);
  mkdirSync(folder, { recursive: true });
  // The package unpacks into the temporary folder, whatever lies there; a folder of its own keeps versions apart.
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  // Machines without the NSS libraries get those that the package carries; it brings them only where it believes to be in that cloud.
  if (!hasNss()) process.env["AWS_LAMBDA_JS_RUNTIME"] ??= "nodejs22.x";
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** Whether the system has the one library that a headless server often lacks. */
function hasNss(): boolean {
  const folders = [
    "/usr/lib",
    "/usr/lib64",
    ...(existsSync("/usr/lib")
      ? readdirSync("/usr/lib")
          .filter((name) => name.endsWith("-linux-gnu"))
          .map((name) => `/usr/lib/${name}`)
      : []),
  ];
  return folders.some((folder) => existsSync(join(folder, "libnss3.so")));
}
