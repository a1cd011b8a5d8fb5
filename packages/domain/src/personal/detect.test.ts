import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Secret } from "../event/feed-event.ts";
import { sanitiseProperties } from "../event/sanitise-properties.ts";
import type { JsonObject } from "../json.ts";
import { createDetector, secretKeeper } from "./detect.ts";
import { isIdCard } from "./id-card.ts";
import { keyClassOf } from "./key-class.ts";
import { normalisePhone } from "./phone.ts";
import { holdsPersonal, redactText } from "./redact-text.ts";

const PHONE = "13812342046";
const ID_CARD = "11010519491231002X";

function detect(properties: JsonObject, options: { readonly traits?: boolean; readonly marked?: readonly string[] } = {}) {
  const secrets: Record<string, Secret> = {};
  const hide = secretKeeper(
    (personalClass, value) =>
      `~${personalClass}.${Buffer.from(value)
        .toString("hex")
        .replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")}`,
    secrets,
  );
  const detector = createDetector({ traits: options.traits ?? false, isMarked: (key) => options.marked?.includes(key) ?? false }, hide);
  const cleaned = sanitiseProperties(properties, detector);
  if (!cleaned.ok) throw new Error(cleaned.fault.code);
  return { properties: cleaned.value.properties, secrets: Object.values(secrets) };
}

describe("values inside text", () => {
  test.each([
    ["请回电 13812342046 谢谢", "phone", PHONE],
    ["+86 138-1234-2046", "phone", PHONE],
    ["008613812342046", "phone", PHONE],
    ["手机13812342046号", "phone", PHONE],
    ["tel:138 1234 2046", "phone", PHONE],
    ["１３８１２３４２０４６", "phone", PHONE],
    ["%2B8613812342046", "phone", PHONE],
    ["%31%33%38%31%32%33%34%32%30%34%36", "phone", PHONE],
    ["a%2525252Fb?x=138%201234%202046", "phone", PHONE],
    [`{"mobile":"13812342046"}`, "phone", PHONE],
    ["写信给Ana.Li+x@Example.com。", "email", "ana.li+x@example.com"],
    ["https://x.test/?q=ana%40example.com&b=1", "email", "ana@example.com"],
    ["mailto:a@b.co", "email", "a@b.co"],
    ["13812342046@163.com", "email", "13812342046@163.com"],
    [`证件${ID_CARD}。`, "id_card", ID_CARD],
    ["11010519491231002x", "id_card", ID_CARD],
    ["https://x.test/p?phone=021-62345678", "phone", "02162345678"],
    ["/p?receiver_name=%E5%BC%A0%E4%B8%89&x=1", "name", "张三"],
  ])("finds what is personal in %s", (text, personalClass, value) => {
    const { properties, secrets } = detect({ note: text });
    expect(secrets).toEqual([{ class: personalClass, value }]);
    expect(String(properties["note"])).toContain(`~${personalClass}.`);
  });

  test.each([
    "order 20240102030405",
    "1795310609070",
    "node-next-1795310609070-1ccc4726-bc28-483b-a205-13c06686d4d2",
    "2024-11-13 18:01:22",
    "550e8400-e29b-41d4-a716-e13912345678",
    "d41d8cd98f00b204a13812342046e980",
    "139.12345678",
    "110105194912310021",
    "@segment/analytics-node",
    "user@localhost",
    "a @ b",
    "12812342046",
    "https://x.test/?name=iphone&q=1",
    "50% off",
    "100%25",
  ])("leaves %s alone", (text) => expect(redactText(text, () => "~")).toBe(text));

  test("keeps the text around what it hides", () => {
    expect(redactText(`a ${PHONE}, b@c.de!`, (personalClass) => `<${personalClass}>`)).toBe("a <phone>, <email>!");
  });

  test("takes time linear in the length of hostile text", () => {
    for (const hostile of [
      "a".repeat(30_000),
      "@".repeat(30_000),
      "a@".repeat(15_000),
      "1".repeat(30_000),
      "%31".repeat(10_000),
      "?a=".repeat(10_000),
      "138 ".repeat(8_000),
      `${"a.".repeat(15_000)}@`,
    ]) {
      const startedAt = performance.now();
      redactText(hostile, () => "~");
      expect(performance.now() - startedAt).toBeLessThan(250);
    }
  });
});

describe("values under telling keys", () => {
  test.each([
    ["phone", "phone"],
    ["receiverPhone", "phone"],
    ["phone_number", "phone"],
    ["手机号", "phone"],
    ["联系电话", "phone"],
    ["contact.mobile", "phone"],
    ["phones", "phone"],
    ["phone2", "phone"],
    ["$phone", "phone"],
    ["email", "email"],
    ["emailAddress", "email"],
    ["邮箱", "email"],
    ["id_card", "id_card"],
    ["idCardNo", "id_card"],
    ["身份证号", "id_card"],
    ["real_name", "name"],
    ["lastName", "name"],
    ["姓名", "name"],
    ["shipping_address", "address"],
    ["收货地址", "address"],
    ["ip_address", "ip"],
    ["$ip", "ip"],
    ["name", "trait_name"],
    ["$name", "trait_name"],
    ["product_name", "none"],
    ["mac_address", "none"],
    ["page_url_address", "none"],
    ["phone_model", "none"],
    ["email_opt_in", "none"],
    ["username", "none"],
    ["title", "none"],
    ["zip", "none"],
    ["shipping", "none"],
  ])("%s is %s", (key, keyClass) => expect(keyClassOf(key)).toBe(keyClass));

  test("a foreign number, a landline and a number as a number are phones under a phone's key", () => {
    expect(detect({ phone: "+1 415 555 0100", tel: "021-62345678", mobile: 13_812_342_046 }).secrets.map(({ value }) => value)).toEqual([
      "+14155550100",
      "02162345678",
      PHONE,
    ]);
  });

  test("values that cannot be personal stay, so that flags and models remain usable", () => {
    const harmless = {
      has_phone: true,
      mobile: "iOS",
      email: false,
      phone_model: "iPhone 15",
      login_method: "phone",
      address: "https://x.test/",
    };
    expect(detect(harmless)).toEqual({ properties: harmless, secrets: [] });
  });

  test("a plain name is a person's in traits and a product's in properties", () => {
    expect(detect({ name: "抹茶拿铁", product: { name: "x" } }).secrets).toEqual([]);
    expect(detect({ name: "李雷" }, { traits: true }).secrets).toEqual([{ class: "name", value: "李雷" }]);
  });

  test("an address keeps its city and hides the street", () => {
    const { properties, secrets } = detect({ shipping_address: { city: "上海", street: "徐汇区虹桥路1号", line2: "502" } });
    expect(properties["shipping_address"]).toMatchObject({ city: "上海" });
    expect(secrets.map(({ value }) => value)).toEqual(["徐汇区虹桥路1号", "502"]);
  });

  test("a phone as a number under any key is hidden unless the key counts or measures", () => {
    expect(detect({ contact: 13_812_342_046, order_id: 13_812_342_046, amount: 13_812_342_046, ratio: 13_812_342_046.5 }).secrets).toEqual([
      { class: "phone", value: PHONE },
    ]);
  });

  test("marked properties are hidden whole, with everything inside", () => {
    const { properties, secrets } = detect({ diagnosis: { code: 7, words: ["x", ""] }, other: "x" }, { marked: ["diagnosis"] });
    expect(secrets).toEqual([
      { class: "marked", value: "7" },
      { class: "marked", value: "x" },
    ]);
    expect(properties["other"]).toBe("x");
  });

  test("personal data in a key is hidden too", () => {
    const { properties } = detect({ [PHONE]: 1, nested: { "ana@example.com": 2 } });
    expect(JSON.stringify(properties)).not.toMatch(/13812342046|ana@/);
  });
});

test("a value of another class than its key's is found all the same", () => {
  expect(detect({ phone: "ana@x.test", email: PHONE, ip: PHONE, id_card: "ana@x.test", city: PHONE }).secrets).toEqual([
    { class: "email", value: "ana@x.test" },
    { class: "phone", value: PHONE },
  ]);
});

describe("planted values never survive", () => {
  const phone = fc.tuple(fc.constantFrom("13", "15", "17", "18", "19"), fc.stringMatching(/^\d{9}$/)).map(([head, tail]) => head + tail);
  const spelled = fc
    .tuple(phone, fc.constantFrom("", "+86", "+86 ", "0086", "86-"), fc.constantFrom("", " ", "-"))
    .map(([digits, prefix, gap]) => ({
      digits,
      text: `${prefix}${digits.slice(0, 3)}${gap}${digits.slice(3, 7)}${gap}${digits.slice(7)}`,
    }));
  // Text that neither continues the digits nor turns them into part of a hash.
  const around = fc.string({ unit: fc.constantFrom("x", "你", " ", ":", "，", "?", "&", "=", "/", "Z", "\n"), maxLength: 12 });
  const planted = fc
    .tuple(
      around,
      spelled,
      around,
      fc.constantFrom<(text: string) => string>((text) => text, encodeURIComponent),
    )
    .map(([before, { digits, text }, after, encode]) => ({ digits, value: encode(before + text + after) }));

  test("a phone in any text, at any depth, encoded or not", () => {
    fc.assert(
      fc.property(planted, fc.array(fc.string({ maxLength: 8 }), { maxLength: 5 }), fc.boolean(), ({ digits, value }, path, inList) => {
        const leaf: JsonObject = { note: inList ? [value, { deeper: value }] : value };
        const { properties, secrets } = detect(
          path.reduce<JsonObject>((inner, key) => ({ [key === "__proto__" ? "p" : key]: inner }), leaf),
        );
        expect(JSON.stringify(properties).replace(/[\s-]/g, "")).not.toContain(digits);
        expect(secrets.some((secret) => secret.value.replace(/\D/g, "").includes(digits))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("an id card with the right check character", () => {
    const card = fc
      .tuple(
        fc.integer({ min: 110_000, max: 659_000 }),
        fc.integer({ min: 1950, max: 2015 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        fc.integer({ min: 0, max: 999 }),
      )
      .map(([area, year, month, day, serial]) => {
        const body = `${area}${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}${String(serial).padStart(3, "0")}`;
        return [..."0123456789X"].map((check) => body + check).find(isIdCard) ?? "";
      });
    fc.assert(
      fc.property(card, around, (value, text) => {
        expect(JSON.stringify(detect({ note: `${text} ${value} ${text}` }).properties)).not.toContain(value);
      }),
      { numRuns: 200 },
    );
  });
});

test("phones have one spelling", () => {
  expect(["+86 138-1234-2046", "86138 1234 2046", "13812342046", "１３８１２３４２０４６", "0086 13812342046"].map(normalisePhone)).toEqual(
    Array.from({ length: 5 }, () => PHONE),
  );
  expect(normalisePhone("+1 381 234 2046")).toBe("+13812342046");
  expect(normalisePhone("n/a")).toBe("");
});

test("holdsPersonal answers without keeping anything", () => {
  expect(holdsPersonal(`Called ${PHONE}`)).toBe(true);
  expect(holdsPersonal("Order Completed")).toBe(false);
});
