import { describe, expect, test } from "vitest";
import { isAllowed, isPublic, readAllowList } from "./allow-list.ts";

describe("what is public", () => {
  test.each(["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])("%s is", (address) => {
    expect(isPublic(address)).toBe(true);
  });
  test.each([
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "localhost",
  ])("%s is not", (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe("the list of own places", () => {
  const places = readAllowList(" ERP.internal:8443, 10.2.0.0/16, 127.0.0.1:9000, [fd00::5]:80, fd01::7 ");
  const allows = (host: string, port: number, address: string): boolean => isAllowed(places, { host, port, address });

  test("names a host at one port", () => {
    expect(allows("erp.internal", 8443, "10.9.9.9")).toBe(true);
    expect(allows("erp.internal", 443, "10.9.9.9")).toBe(false);
  });
  test("names a network, whatever the name of the host", () => {
    expect(allows("shop.internal", 80, "10.2.3.4")).toBe(true);
    expect(allows("shop.internal", 80, "10.3.3.4")).toBe(false);
    expect(allows("shop.internal", 80, "::ffff:10.2.3.4")).toBe(true);
  });
  test("names an address, with a port or any", () => {
    expect(allows("anything.test", 9000, "127.0.0.1")).toBe(true);
    expect(allows("127.0.0.1", 9001, "127.0.0.1")).toBe(false);
    expect(allows("[fd00::5]", 80, "fd00::5")).toBe(true);
    expect(allows("[fd01::7]", 1234, "fd01:0::7")).toBe(true);
  });
  test("refuses what is none of these, by its text", () => {
    expect(() => readAllowList("10.0.0.0/99")).toThrow('"10.0.0.0/99"');
    expect(() => readAllowList("http://a.test")).toThrow("http://a.test");
  });
});
