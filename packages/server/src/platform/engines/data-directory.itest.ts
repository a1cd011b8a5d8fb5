import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DATA_FORMAT, openDataDirectory } from "./data-directory.ts";
import { temporaryPath } from "./engines-harness.ts";
import { readServedAddress, writeServedAddress } from "./served-address.ts";
import { StartFault, asStartFault } from "./start-fault.ts";

let folder: string;

beforeEach(async () => {
  folder = await temporaryPath();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a new data directory gets its folders and its version", async () => {
  const data = await openDataDirectory(join(folder, "new", "data"));
  for (const path of [data.statePath, data.eventsPath, data.runPath, data.tmpPath]) expect((await stat(path)).isDirectory()).toBe(true);
  expect(JSON.parse(await readFile(join(data.path, "version.json"), "utf8"))).toEqual({ format: DATA_FORMAT });
  await data.close();
});

test("a data directory opens again after it was closed, with its temporary files gone", async () => {
  const first = await openDataDirectory(folder);
  await writeFile(join(first.tmpPath, "left"), "x");
  await first.close();
  const second = await openDataDirectory(folder);
  await expect(stat(join(second.tmpPath, "left"))).rejects.toMatchObject({ code: "ENOENT" });
  await second.close();
});

test("a data directory is open once, also within one process", async () => {
  const data = await openDataDirectory(folder);
  await expect(openDataDirectory(folder)).rejects.toMatchObject({
    code: "data.in_use",
    message: expect.stringContaining(String(process.pid)),
  });
  await data.close();
});

test("processes without embedded engines share a data directory", async () => {
  const data = await openDataDirectory(folder, { exclusive: false });
  const other = await openDataDirectory(folder, { exclusive: false });
  await Promise.all([data.close(), other.close()]);
});

test("the address of the process that serves is known beside it until it closes, also of a new one after a kill", async () => {
  const data = await openDataDirectory(folder);
  expect(await readServedAddress(folder)).toBeUndefined();
  await data.announceAddress("http://127.0.0.1:7701");
  expect(await readServedAddress(folder)).toBe("http://127.0.0.1:7701");
  await data.close();
  expect(await readServedAddress(folder)).toBeUndefined();
  // As a killed process leaves it.
  await writeServedAddress(folder, "http://127.0.0.1:7702");
  const next = await openDataDirectory(folder);
  expect(await readServedAddress(folder)).toBeUndefined();
  await next.close();
  await writeServedAddress(folder, "javascript:alert(1)");
  expect(await readServedAddress(folder)).toBeUndefined();
});

test("processes that share a folder announce no address in it", async () => {
  const data = await openDataDirectory(folder, { exclusive: false });
  await data.announceAddress("http://127.0.0.1:7701");
  expect(await readServedAddress(folder)).toBeUndefined();
  await data.close();
});

test("a lock file that a killed process left behind does not lock", async () => {
  await writeFile(join(folder, "lock.pid"), String(process.pid));
  await writeFile(join(folder, "lock.db"), "");
  const data = await openDataDirectory(folder);
  await data.close();
});

test("data of a newer Terrace are refused and left alone", async () => {
  await writeFile(join(folder, "version.json"), JSON.stringify({ format: DATA_FORMAT + 1 }));
  await expect(openDataDirectory(folder)).rejects.toMatchObject({ code: "data.newer_version" });
  expect(JSON.parse(await readFile(join(folder, "version.json"), "utf8"))).toEqual({ format: DATA_FORMAT + 1 });
});

test("a damaged version file is refused", async () => {
  await writeFile(join(folder, "version.json"), "{");
  await expect(openDataDirectory(folder)).rejects.toMatchObject({ code: "data.damaged" });
});

test("a file, a path through a file and a broken link are refused", async () => {
  await writeFile(join(folder, "file"), "");
  await symlink(join(folder, "nowhere"), join(folder, "link"));
  for (const path of ["file", "file/data", "link", `${"x".repeat(300)}/data`])
    await expect(openDataDirectory(join(folder, path)), path).rejects.toMatchObject({ code: "data.unusable_path" });
});

test.runIf(process.platform === "linux")("a file system that takes no folders is refused", async () => {
  await expect(openDataDirectory("/proc/terrace/data")).rejects.toMatchObject({ code: "data.unusable_path" });
});

test("a missing program is not taken for a missing folder", () => {
  const error = Object.assign(new Error("spawn postgres ENOENT"), { code: "ENOENT", path: "postgres" });
  expect(asStartFault(error, "/somewhere")).toBe(error);
});

test.skipIf(process.getuid?.() === 0)("a folder that may not be written is refused", async () => {
  await mkdir(join(folder, "closed"), { mode: 0o500 });
  await expect(openDataDirectory(join(folder, "closed"))).rejects.toMatchObject({ code: "data.no_permission" });
  await chmod(join(folder, "closed"), 0o700);
});

test.each([
  ["EACCES", "data.no_permission"],
  ["EROFS", "data.no_permission"],
  ["ENOSPC", "data.disk_full"],
  ["ENOENT", "data.unusable_path"],
  ["ENOTDIR", "data.unusable_path"],
])("a system error %s becomes %s, in both languages", (code, expected) => {
  const fault = asStartFault(Object.assign(new Error("x"), { code, path: "/somewhere/data" }), "/somewhere");
  expect(fault).toBeInstanceOf(StartFault);
  expect(fault).toMatchObject({
    code: expected,
    text: { en: expect.stringContaining("/somewhere"), zh: expect.stringContaining("/somewhere") },
  });
});
