import { expect, test } from "vitest";
import { requireSupportedPlatform } from "./platform-support.ts";

test.each([
  ["win32", "x64", undefined, "Windows"],
  ["linux", "x64", undefined, "musl"],
  ["linux", "riscv64", "2.36", "linux-riscv64"],
])("%s on %s (glibc %s) is refused with a way out", (platform, arch, glibc, name) => {
  expect(() => requireSupportedPlatform({ platform, arch, glibc })).toThrow(
    expect.objectContaining({ code: "platform.unsupported", message: expect.stringMatching(new RegExp(`${name}.*WSL2 or Docker`)) }),
  );
});

test.each([
  ["linux", "x64", "2.36"],
  ["linux", "arm64", "2.31"],
  ["darwin", "arm64", undefined],
])("%s on %s is supported", (platform, arch, glibc) => {
  expect(() => requireSupportedPlatform({ platform, arch, glibc })).not.toThrow();
});

test("this machine is recognised", () => {
  expect(() => requireSupportedPlatform()).not.toThrow();
});
