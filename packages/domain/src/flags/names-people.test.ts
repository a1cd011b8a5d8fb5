import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { FlagRule } from "./flag.ts";
import { namedPeople } from "./names-people.ts";

const ALWAYS = { from: null, until: null };
const EVERYONE = { id: "r", note: "", on: true, condition: {}, segments: { any: [], none: [] }, prerequisites: [], window: ALWAYS };

function ofRule(rule: FlagRule) {
  const environments = { production: { on: true, window: ALWAYS, rules: [{ ...EVERYONE, kind: "force", value: true } as const, rule] } };
  return namedPeople({ type: "boolean", defaultValue: false, offValue: false, prerequisites: [], environments });
}
const ofCondition = (condition: JsonObject) => ofRule({ ...EVERYONE, condition, kind: "force", value: true });
const AT = "environments.production.rules[1].condition";

describe("namedPeople", () => {
  test.each<readonly [JsonObject, string]>([
    [{ email: "someone@example.test" }, `${AT}.email`],
    [{ email: { $regex: "^mei" } }, `${AT}.email.$regex`],
    [{ "user.workEmail": { $in: ["a"] } }, `${AT}.user.workEmail.$in`],
    [{ user: { contact: { phone: { $eq: 13800138000 } } } }, `${AT}.user.contact.phone.$eq`],
    [{ 手机号: { $ne: "1" } }, `${AT}.手机号.$ne`],
    [{ idCard: "x" }, `${AT}.idCard`],
    [{ openid: { $in: ["oABC"] } }, `${AT}.openid.$in`],
    [{ "wechat.union_id": "u1" }, `${AT}.wechat.union_id`],
    [{ name: "林晓" }, `${AT}.name`],
    [{ ip: { $not: { $regex: "^10\\." } } }, `${AT}.ip.$not.$regex`],
    [{ "address.street": "x" }, `${AT}.address.street`],
    [{ $or: [{ plan: "pro" }, { $and: [{ phones: { $elemMatch: { $eq: "1" } } }] }] }, `${AT}.$or[1].$and[0].phones.$elemMatch.$eq`],
    [{ $not: { email: { $all: ["a"] } } }, `${AT}.$not.email.$all`],
  ])("%j compares what is personal by its name", (condition, path) => {
    expect(ofCondition(condition)).toEqual({ path, what: "attribute" });
  });

  test.each<readonly [JsonObject, string]>([
    [{ id: { $in: ["v1", "someone@example.test"] } }, `${AT}.id.$in`],
    [{ id: { $regexi: "^someone@example\\.test$" } }, `${AT}.id.$regexi`],
    [{ id: "13800138000" }, `${AT}.id`],
    [{ account: 13800138000 }, `${AT}.account`],
    [{ account: { owner: "someone@example.test" } }, `${AT}.account.owner`],
    [{ "someone@example.test": true }, AT],
  ])("%j holds what looks like somebody", (condition, path) => {
    expect(ofCondition(condition)).toEqual({ path, what: "value" });
  });

  test.each<readonly [JsonObject]>([
    [{}],
    [{ openid: { $exists: true }, unionidKnown: "yes" }],
    [{ email: { $exists: true }, phone: null, emailVerified: true }],
    [{ email: { $type: "string" }, phones: { $size: 2 } }],
    [{ plan: { $in: ["pro", "staff"] }, age: { $gte: 18 }, version: { $vgte: "2.1.0" } }],
    [{ "address.city": "杭州", emailDomain: "example.test", "campaign.name": "spring", createdAt: { $gt: 13800138000 } }],
    [{ tags: { $elemMatch: { kind: "vip" } }, id: { $in: ["u-1", "7f3c2a10-13800138000a-4b1e"] } }],
  ])("%j names nobody", (condition) => {
    expect(ofCondition(condition)).toBeUndefined();
  });

  test("ids that are named are numbers of accounts or devices, no addresses", () => {
    const arms = ["control", "new"].map((key) => ({ key, name: "", value: key === "new", weight: 5_000 }));
    const named = (...ids: readonly string[]) =>
      ofRule({
        ...EVERYONE,
        kind: "experiment",
        experiment: "ab",
        unit: "person",
        coverage: 10_000,
        arms,
        ramp: [],
        namespace: null,
        named: [
          { arm: "control", ids: ["u-1"] },
          { arm: "new", ids },
        ],
        qaOnly: false,
        sticky: true,
        version: 0,
        minVersion: 0,
      });
    expect(named("u-2", "device-3")).toBeUndefined();
    expect(named("u-2", "someone@example.test")).toEqual({ path: "environments.production.rules[1].named[1].ids", what: "value" });
    expect(named("+86 138 0013 8000")).toMatchObject({ what: "value" });
  });
});
