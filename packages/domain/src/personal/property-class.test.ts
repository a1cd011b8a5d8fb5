import { expect, test } from "vitest";
import { classHides, detectedClass } from "./property-class.ts";

test("names say what a value is, and a trait called name is a person's", () => {
  expect(detectedClass("property", "receiver_phone", false)).toBe("phone");
  expect(detectedClass("trait", "name", false)).toBe("name");
  expect(detectedClass("property", "name", false)).toBe("none");
  expect(detectedClass("property", "remark", true)).toBe("other");
});

test("a class hides what nothing hides yet; what has a token of its own kind keeps it", () => {
  expect(classHides("property", "health_note", "sensitive")).toBe(true);
  expect(classHides("property", "health_note", "none")).toBe(false);
  expect(classHides("property", "receiver_phone", "sensitive")).toBe(false);
});
