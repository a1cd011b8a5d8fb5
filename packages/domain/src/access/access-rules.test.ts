import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auditDetail, auditText } from "./audit-detail.ts";
import { decideScopes, KEY_LENGTH, keyHint, keyText } from "./key-rules.ts";
import { decideMemberChange } from "./member-rules.ts";
import { deviceName } from "./device-name.ts";
import {
  FIELD_VISIBILITIES,
  fieldsBeyond,
  fieldView,
  fieldViewOf,
  NO_FIELD_RULES,
  PERSONAL_CLASSES,
  type FieldVisibility,
} from "./field-view.ts";
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, roleAllows, rolesWith, type Role } from "./permissions.ts";
import { recoveryCodeText } from "./recovery-codes.ts";
import { builtInGrant, decideGiving, decideRole } from "./roles.ts";
import { splitOwner } from "./sign-in-policy.ts";

describe("roles", () => {
  test("a stronger role may everything a weaker one may, except that support writes where analysts only read", () => {
    for (const permission of PERMISSIONS) {
      expect(roleAllows("owner", permission)).toBe(true);
      if (roleAllows("operator", permission)) expect(roleAllows("admin", permission)).toBe(true);
      if (roleAllows("analyst", permission)) expect(roleAllows("operator", permission)).toBe(true);
    }
    expect(rolesWith("members:manage")).toEqual(["owner", "admin"]);
  });
});

describe("changes of members", () => {
  const given = (key: Role) => ({ key, grant: builtInGrant(key) });
  const actorOf = (key: Role) => ({ isOwner: key === "owner", grant: builtInGrant(key) });
  const role = fc.constantFrom(...ROLES);
  const roleOrNone = fc.option(role, { nil: null });
  const orNone = (key: Role | null) => (key === null ? null : given(key));

  test("never leave a workspace without an owner", () => {
    fc.assert(
      fc.property(role, roleOrNone, roleOrNone, fc.integer({ min: 1, max: 3 }), (actor, from, to, owners) => {
        const allowed = decideMemberChange({ actor: actorOf(actor), from: orNone(from), to: orNone(to), owners }).ok;
        const ownersAfter = owners - (from === "owner" ? 1 : 0) + (to === "owner" ? 1 : 0);
        if (allowed) expect(ownersAfter).toBeGreaterThan(0);
      }),
    );
  });

  test("that concern owners are for owners only, and nobody has power over who may more", () => {
    fc.assert(
      fc.property(fc.constantFrom("admin", "operator", "analyst", "support"), roleOrNone, roleOrNone, (actor, from, to) => {
        const decided = decideMemberChange({ actor: actorOf(actor), from: orNone(from), to: orNone(to), owners: 2 });
        const held = (one: Role | null) => one === null || ROLE_PERMISSIONS[one].every((permission) => roleAllows(actor, permission));
        expect(decided.ok).toBe(from !== "owner" && to !== "owner" && held(from) && held(to));
      }),
    );
    expect(decideMemberChange({ actor: actorOf("owner"), from: given("owner"), to: null, owners: 1 })).toMatchObject({
      ok: false,
      fault: { code: "member.last_owner" },
    });
    expect(decideMemberChange({ actor: actorOf("owner"), from: given("owner"), to: given("owner"), owners: 1 }).ok).toBe(true);
  });
});

describe("fields", () => {
  const visibility = fc.constantFrom(...FIELD_VISIBILITIES);
  const names = fc.dictionary(fc.constantFrom("city", "note", "phone"), visibility, { noNullPrototype: true });
  const rules = fc.record({ classes: fc.dictionary(fc.constantFrom(...PERSONAL_CLASSES), visibility), traits: names, properties: names });

  test("a view made anew from its key shows the same", () => {
    fc.assert(
      fc.property(rules, fc.boolean(), fc.boolean(), (given, mayUnmask, unmasked) => {
        const plain = fieldView(given, mayUnmask);
        const view = unmasked ? plain.unmasked() : plain;
        const again = fieldViewOf(view.key);
        expect([again.key, again.showsClear, again.restricts]).toEqual([view.key, view.showsClear, view.restricts]);
        for (const one of PERSONAL_CLASSES) {
          expect(again.ofClass(one)).toBe(view.ofClass(one));
          for (const name of ["city", "note", "phone", "other"]) {
            expect(again.trait(name, one)).toBe(view.trait(name, one));
            expect(again.property(name, one)).toBe(view.property(name, one));
            expect(again.trait(name, "")).toBe(view.trait(name, ""));
          }
        }
      }),
    );
  });
  const ranked = (one: FieldVisibility): number => FIELD_VISIBILITIES.indexOf(one);

  test("are masked without a rule, clear after a reason for who may unmask, and a rule holds even then", () => {
    const plain = fieldView(NO_FIELD_RULES, true);
    expect([plain.ofClass("phone"), plain.unmasked().ofClass("phone"), plain.showsClear]).toEqual(["masked", "clear", false]);
    expect(fieldView(NO_FIELD_RULES, false).unmasked().ofClass("phone")).toBe("masked");
    const ruled = fieldView(
      { classes: { phone: "hidden", email: "clear" }, traits: { city: "masked", vip_phone: "clear" }, properties: {} },
      true,
    );
    expect([ruled.ofClass("phone"), ruled.unmasked().ofClass("phone"), ruled.trait("vip_phone", "phone"), ruled.trait("city", "")]).toEqual(
      ["hidden", "hidden", "clear", "masked"],
    );
    expect([ruled.ofClass("email"), ruled.showsClear, ruled.property("city", "")]).toEqual(["clear", true, "clear"]);
  });

  test("nobody hands out a role that sees more than they do", () => {
    fc.assert(
      fc.property(rules, rules, fc.boolean(), fc.boolean(), (own, given, ownUnmasks, givenUnmasks) => {
        const beyond = fieldsBeyond({ rules: own, mayUnmask: ownUnmasks }, { rules: given, mayUnmask: givenUnmasks });
        const [mine, theirs] = [fieldView(own, ownUnmasks).unmasked(), fieldView(given, givenUnmasks).unmasked()];
        if (beyond.length === 0)
          for (const one of PERSONAL_CLASSES) {
            expect(ranked(theirs.ofClass(one))).toBeLessThanOrEqual(ranked(mine.ofClass(one)));
            for (const key of ["city", "note", "phone"])
              expect(ranked(theirs.trait(key, one))).toBeLessThanOrEqual(ranked(mine.trait(key, one)));
          }
        if (ownUnmasks === givenUnmasks)
          expect(fieldsBeyond({ rules: own, mayUnmask: ownUnmasks }, { rules: own, mayUnmask: givenUnmasks })).toEqual([]);
      }),
      { numRuns: 100 },
    );
    const operator = builtInGrant("operator");
    expect(decideGiving(operator, { ...operator, permissions: [...operator.permissions, "audit:read"] })).toMatchObject({ ok: false });
    expect(decideGiving({ ...operator, fields: { ...NO_FIELD_RULES, traits: { city: "hidden" } } }, operator)).toMatchObject({
      ok: false,
      fault: { code: "role.beyond_own", details: { missing: "city" } },
    });
    const clear = { permissions: operator.permissions, fields: { ...NO_FIELD_RULES, classes: { phone: "clear" } } } as const;
    expect([builtInGrant("owner"), builtInGrant("admin"), clear].map((own) => decideGiving(own, clear).ok)).toEqual([true, false, true]);
    const ruledOwner = { ...builtInGrant("owner"), fields: { ...NO_FIELD_RULES, traits: { city: "hidden" } } } as const;
    expect(decideGiving(ruledOwner, clear).ok).toBe(false);
    expect(decideRole({ permissions: ["people:read"], fields: { ...NO_FIELD_RULES, classes: { phone: "clear" } } })).toMatchObject({
      ok: false,
    });
  });
});

test("devices are named as their owners would", () => {
  expect(deviceName("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0")).toBe("Edge · Windows");
  expect(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1")).toBe("Safari · iOS");
  expect(deviceName("curl/8")).toBe("");
});

test("recovery codes are groups of letters nobody confuses", () => {
  expect(recoveryCodeText(new Uint8Array(10))).toBe("0000-0000-0000-0000");
  expect(recoveryCodeText(new Uint8Array(15).fill(255))).toBe("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
});

describe("keys", () => {
  test("have a prefix and 32 letters and digits", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (random) => {
        const key = keyText("secret", random);
        if (key !== null) expect(key).toMatch(new RegExp(`^ts_[A-Za-z0-9]{${KEY_LENGTH}}$`));
      }),
    );
    expect(keyText("write", new Uint8Array(64).fill(255))).toBeNull();
  });

  test("are hinted at without giving away more than half", () => {
    expect(keyHint(`tw_${"abcdefgh".repeat(4)}`)).toBe("tw_abcd…efgh");
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 200 }), (key) => {
        expect(keyHint(key).length - 1).toBeLessThanOrEqual(key.length / 2 + 3);
      }),
    );
  });

  test("get no more than their maker holds, and by default neither members, keys, webhooks, channels, approval nor erasure", () => {
    const holds = (permission: string) => permission !== "people:unmask";
    expect(decideScopes("secret", [], holds)).toEqual({
      ok: true,
      value: PERMISSIONS.filter(
        (permission) =>
          ![
            "people:unmask",
            "people:erase",
            "members:manage",
            "keys:manage",
            "webhooks:manage",
            "channels:manage",
            "touch:approve",
            "sign_in:manage",
          ].includes(permission),
      ),
    });
    expect(decideScopes("secret", ["people:unmask"], holds)).toMatchObject({ ok: false, fault: { code: "key.scope_not_held" } });
    expect(decideScopes("secret", ["keys:manage", "keys:manage"], holds)).toEqual({ ok: true, value: ["keys:manage"] });
    expect(decideScopes("write", ["people:read"], holds)).toMatchObject({ ok: false });
    expect(decideScopes("write", [], holds)).toEqual({ ok: true, value: [] });
  });
});

describe("what is audited", () => {
  test("shows neither keys nor personal values, wherever they stand", () => {
    const secrets = [
      `tp_${"z9Y8".repeat(8)}`,
      "13800138000",
      "+86 138-0013-8000",
      "li@example.com",
      "11010519491231002X",
      `ts_${"a1B2".repeat(8)}`,
    ];
    const written = JSON.stringify(
      auditDetail({
        reason: `called ${secrets.join(" and ")}`,
        nested: { list: secrets },
        phone: 13800138000,
        password: "hunter2",
        apiKey: "x",
        token: ["y"],
      }),
    );
    for (const secret of [...secrets, "hunter2", '"x"', '"y"']) expect(written).not.toContain(secret);
    expect(written).toContain("called");
  });

  test("keeps ids of people, names and numbers", () => {
    expect(auditDetail({ person: "912126039220909891", count: 42, name: "双十一 2026", at: "2026-01-15T08:30:00.000Z" })).toEqual({
      person: "912126039220909891",
      count: 42,
      name: "双十一 2026",
      at: "2026-01-15T08:30:00.000Z",
    });
    expect(auditText("110105194912310021")).toBe("110105194912310021");
  });

  test("stays small whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 8, maxKeys: 80, values: [fc.string({ maxLength: 2000 }), fc.integer(), fc.boolean(), fc.constant(null)] }),
        (detail) => {
          // fast-check's objects are made of JSON values here.
          const clean = auditDetail(detail as Parameters<typeof auditDetail>[0]);
          expect(Object.keys(clean).length).toBeLessThanOrEqual(50);
          for (const value of Object.values(clean)) if (typeof value === "string") expect(value.length).toBeLessThanOrEqual(301);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test("an initial owner is split at the first colon", () => {
  expect(splitOwner("Me@Example.com:pass:word")).toEqual({ email: "me@example.com", password: "pass:word" });
  for (const bad of ["me@example.com", "me:", ":x", "nobody:password"]) expect(splitOwner(bad)).toBeNull();
});
