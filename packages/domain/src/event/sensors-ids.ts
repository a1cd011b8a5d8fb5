import { orderIdentities, type IdentityKind, type IdentityRef } from "../identity/identity-kinds.ts";
import { normaliseIdentity } from "../identity/normalise-identity.ts";
import type { Json, JsonObject } from "../json.ts";
import { ok, type Result } from "../result.ts";
import { objectOf } from "./event-context.ts";
import { gatherIds, kindOfKey, readId, type GatheredIds } from "./event-ids.ts";

const DEVICE_KEYS =
  /^\$identity_(?:cookie_id|anonymous_id|android_id|android_uuid|idfv|idfa|ios_uuid|oaid|imei|harmony_.*|.*mp_id|taobao_uuid|mac_.*)$/;
const OPENID_KEYS = /^\$(?:identity_)?(?:mp_)?(?:.*_)?openid$/;
const UNIONID_KEYS = /^\$(?:identity_)?(?:.*_)?unionid$/;

/**
 * The ids of a Sensors item. With `identities` (全域用户关联) each member is an id of the kind its name tells; an unknown
 * business id is kept as a device-strength id `key+value`, so that it joins but never forbids a join. Without, `login_id` and
 * `anonymous_id`, and `distinct_id` by `$is_login_id` or, on events of old server SDKs that say nothing, by its shape.
 */
export function sensorsIds(item: JsonObject): Result<GatheredIds> {
  const identities = objectOf(item, "identities");
  const login = loginOf(item, identities);
  const fields: (readonly [IdentityKind, unknown, string])[] = [
    ["user_id", login, "login_id"],
    ["anonymous_id", item["anonymous_id"], "anonymous_id"],
    ...distinctField(item, login, identities),
  ];
  return gatherIds(
    fields.toSorted((a, b) => presence(b[1]) - presence(a[1])),
    identities === undefined ? [] : namedIds(identities, item),
  );
}

/** Ids of a sign-up: the account, and the device it was used on until then. */
export function signUpIds(item: JsonObject): Result<GatheredIds> {
  const identities = objectOf(item, "identities");
  const login = loginOf(item, identities) ?? plainLogin(item["distinct_id"], identities);
  const account = gatherIds([["user_id", login, "distinct_id"]]);
  if (!account.ok) return account;
  const device = gatherIds(
    [["anonymous_id", item["original_id"] ?? item["anonymous_id"], "original_id"]],
    identities === undefined ? [] : namedIds(identities, item),
  );
  if (!device.ok) return device;
  return ok({ ids: orderIdentities([...account.value.ids, ...device.value.ids]), notes: device.value.notes });
}

/** Ids of an unbinding: whoever it is taken from, and last the id that is taken away. */
export function unbindIds(item: JsonObject): Result<GatheredIds> {
  const identities = objectOf(item, "identities") ?? {};
  const taken = namedIds(identities, item);
  const last = taken.at(-1);
  if (last === undefined) return gatherIds([["user_id", undefined, "identities"]]);
  const { identities: _identities, ...rest } = item;
  const owner = sensorsIds(rest);
  const kept = owner.ok ? owner.value.ids : [];
  return ok({ ids: [...kept.filter((id) => id.value !== last.value), last], notes: [] });
}

function presence(value: unknown): number {
  return value === undefined || value === null || value === "" ? 0 : 1;
}

function loginOf(item: JsonObject, identities: JsonObject | undefined): Json | undefined {
  const login = item["login_id"] ?? identities?.["$identity_login_id"];
  return plainLogin(login, identities);
}

/** A login under a business key arrives as `key+value`; the value is the id. */
function plainLogin(login: Json | undefined, identities: JsonObject | undefined): Json | undefined {
  if (typeof login !== "string") return login;
  const plus = login.indexOf("+");
  if (plus <= 0) return login;
  const key = login.slice(0, plus);
  return key.startsWith("$identity_") || (identities !== undefined && Object.hasOwn(identities, key)) ? login.slice(plus + 1) : login;
}

function distinctField(
  item: JsonObject,
  login: Json | undefined,
  identities: JsonObject | undefined,
): readonly (readonly [IdentityKind, unknown, string])[] {
  const distinct = plainLogin(item["distinct_id"], identities);
  const anonymous = item["anonymous_id"];
  if (distinct === undefined || distinct === login || distinct === anonymous) return [];
  const isLogin = objectOf(item, "properties")?.["$is_login_id"];
  if (isLogin === true) return [["user_id", distinct, "distinct_id"]];
  if (identities !== undefined && Object.values(identities).includes(distinct)) return [];
  // Beside a login id or an anonymous id, or said not to be a login, it is a device; alone and undeclared, its shape tells.
  const isDevice = isLogin !== undefined || login !== undefined || anonymous !== undefined || looksLikeDevice(distinct);
  return [[isDevice ? "anonymous_id" : "user_id", distinct, "distinct_id"]];
}

/** A UUID (also with a prefix), a long hexadecimal number, the cookie id of the browser SDK, or an id that calls itself anonymous. */
function looksLikeDevice(distinct: Json | undefined): boolean {
  if (typeof distinct !== "string") return false;
  return (
    /(?:^|[-_.:])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(distinct) ||
    /^(?=.*[a-f])[0-9a-f]{16,64}$/i.test(distinct) ||
    /^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-\d+-[0-9a-f]+$/i.test(distinct) ||
    /^\d{13,}-\d{5,}-/.test(distinct) ||
    /(?:^|[-_.:])(?:anon|anonymous|device|guest|visitor)[-_:]/i.test(distinct)
  );
}

function namedIds(identities: JsonObject, item: JsonObject): readonly IdentityRef[] {
  const found: IdentityRef[] = [];
  for (const key of Object.keys(identities)) {
    const value = identities[key];
    // Some SDKs send several values of one kind as a list.
    const values: readonly (Json | undefined)[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
    for (const one of values) {
      const ref = namedId(key, one, item);
      if (ref !== undefined) found.push(ref);
    }
  }
  return found;
}

function namedId(key: string, value: Json | undefined, item: JsonObject): IdentityRef | undefined {
  const kind = kindOfIdentity(key);
  if (kind !== undefined) return readId(kind, value, `identities.${key}`).ref;
  const read = readId("anonymous_id", value, "identities").ref;
  if (read === undefined || key === "$identity_distinct_id") return undefined;
  const joined = `${key}+${read.value}`;
  if (item["login_id"] === joined || item["distinct_id"] === joined) return { kind: "user_id", value: read.value };
  const normal = normaliseIdentity("anonymous_id", joined);
  return normal.ok ? normal.value : undefined;
}

function kindOfIdentity(key: string): IdentityKind | undefined {
  if (key === "$identity_login_id") return "user_id";
  if (DEVICE_KEYS.test(key)) return "anonymous_id";
  if (UNIONID_KEYS.test(key)) return "unionid";
  if (OPENID_KEYS.test(key)) return "openid";
  return kindOfKey(key.replace(/^\$?identity_/, ""));
}
