import { PROVIDER_KINDS, type ProviderKind } from "@terrace/domain/messages/channel";
import { expect, test } from "vitest";
import { nameOf, PROVIDER_FIELDS } from "./provider-fields.ts";
import { enteredOf, initialOf, readSettings } from "./provider-input.ts";

test("settings come back from the form as they went into it", () => {
  const smtp = {
    host: "smtp.example.test",
    port: 25,
    security: "none",
    from: "a@example.test",
    dkim: { domain: "example.test", selector: "s" },
    user: " ",
  };
  const read = readSettings("smtp", smtp);
  expect(read).toMatchObject({ settings: { kind: "smtp", user: "", dkim: { selector: "s" } } });
  const http = readSettings("http_sms", {
    ...initialOf("http_sms"),
    url: "https://sms.example.test/",
    headers: "X-Key: {{secret}}\n\nAccept: a:b",
    success: { field: "code", equals: "0" },
  });
  if (!("settings" in http)) throw new Error(JSON.stringify(http.wrong));
  expect(http.settings).toMatchObject({
    headers: { "X-Key": "{{secret}}", Accept: "a:b" },
    success: { statusBelow: 300, field: "code", equals: "0" },
  });
  expect(readSettings("http_sms", enteredOf(http.settings))).toEqual(http);
});

test("what is wrong is told at its field", () => {
  const read = readSettings("smtp", { host: "https://x", port: 25, security: "none", from: "a@example.test" });
  expect("wrong" in read ? read.wrong.map(([path]) => path) : []).toEqual([["host"]]);
});

test("every kind has its fields, and every field a name", () => {
  for (const kind of new Set<ProviderKind>(Object.values(PROVIDER_KINDS).flat()))
    expect(PROVIDER_FIELDS[kind].map(nameOf).every(Boolean)).toBe(true);
});
