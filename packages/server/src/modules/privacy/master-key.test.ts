import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadMasterKey } from "./master-key.ts";

let dataDirectory = "";
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "terrace-key-"));
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

const load = (fromEnvironment?: string) => loadMasterKey({ dataDirectory, fromEnvironment });

describe("the master key", () => {
  test("is made on the first start, for its owner's eyes only, and found on the next", async () => {
    const key = await load();
    expect(key).toHaveLength(32);
    expect((await stat(join(dataDirectory, "secrets", "master.key"))).mode & 0o777).toBe(0o600);
    expect(await load()).toEqual(key);
    expect(await readdir(join(dataDirectory, "secrets"))).toEqual(["master.key"]);
  });

  test("is the same for processes that start together", async () => {
    const keys = await Promise.all([load(), load(), load()]);
    for (const key of keys) expect(key).toEqual(await load());
  });

  test("comes from the environment as base64 or hex, and then no file is made", async () => {
    const key = randomBytes(32);
    expect(await load(key.toString("base64"))).toEqual(key);
    expect(await load(`${key.toString("hex")}\n`)).toEqual(key);
    expect(await readdir(dataDirectory)).toEqual([]);
  });

  test("of the wrong length is refused with a way to make a right one", async () => {
    await expect(load("short")).rejects.toThrow("openssl rand -base64 32");
    await load();
    await writeFile(join(dataDirectory, "secrets", "master.key"), "damaged");
    await expect(load()).rejects.toThrow("master.key must be 32 bytes");
  });

  test("left readable for others is closed again", async () => {
    await load();
    const path = join(dataDirectory, "secrets", "master.key");
    await chmod(path, 0o644);
    await load();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, "utf8")).trim()).toHaveLength(44);
  });
});
