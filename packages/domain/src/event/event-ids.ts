import { orderIdentities, type IdentityKind, type IdentityRef } from "../identity/identity-kinds.ts";
import { isPlaceholderId, normaliseIdentity } from "../identity/normalise-identity.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fail, ok, type Fault, type Result } from "../result.ts";

/** One id field: absent, fit, or a fault. `junk` = present but a stand-in for "no id". */
export type ReadId = { readonly ref?: IdentityRef; readonly junk?: true; readonly fault?: Fault };

/** Reads an id field; numbers are taken as their digits as long as they are exact. */
export function readId(kind: IdentityKind, value: unknown, field: string): ReadId {
  if (value === undefined || value === null || value === "") return {};
  if (typeof value === "number" && !Number.isSafeInteger(value)) return invalid(field, "Send large ids as text: this number is not exact");
  if (typeof value !== "string" && typeof value !== "number") return invalid(field, "An id is text or a whole number");
  const text = String(value);
  if (isPlaceholderId(text)) return { junk: true };
  const normal = normaliseIdentity(kind, text);
  return normal.ok ? { ref: normal.value } : { fault: { ...normal.fault, field } };
}

function invalid(field: string, mend: string): ReadId {
  return { fault: { code: "event.id_invalid", field, mend } };
}

/** Ids in the order of their strength, and the names of fields that were left out because they hold no id. */
export type GatheredIds = { readonly ids: readonly IdentityRef[]; readonly notes: readonly string[] };

/**
 * Gathers the ids of an event. A required field that is invalid fails the event; a stand-in (`null`, `0`, `undefined` …) is left
 * out and noted; without any id the fault is `event.id_missing`, or `event.id_invalid` when there were only stand-ins.
 */
export function gatherIds(
  fields: readonly (readonly [kind: IdentityKind, value: unknown, field: string])[],
  extra: readonly IdentityRef[] = [],
): Result<GatheredIds> {
  const refs: IdentityRef[] = [];
  const notes: string[] = [];
  for (const [kind, value, field] of fields) {
    const read = readId(kind, value, field);
    if (read.fault !== undefined) return { ok: false, fault: read.fault };
    if (read.junk === true) notes.push(`ignored_id:${field}`);
    if (read.ref !== undefined) refs.push(read.ref);
  }
  if (refs.length === 0 && extra.length === 0)
    return noId(
      fields.map(([, , name]) => name),
      notes.length > 0,
    );
  const all = extra.length === 0 ? refs : [...refs, ...extra];
  return ok({ ids: all.length === 1 ? all : orderIdentities(all), notes });
}

function noId(names: readonly string[], hadStandIns: boolean): Result<GatheredIds> {
  const field = names[0] ?? "userId";
  if (hadStandIns)
    return fail("event.id_invalid", { field, mend: "The id is a stand-in such as null or 0: leave it out and send an anonymous id" });
  return fail("event.id_missing", { field, mend: `Send ${names.join(" or ")}` });
}

const KIND_OF_KEY = new Map<string, IdentityKind>([
  ...["userid", "loginid"].map((key) => [key, "user_id"] as const),
  ...["phone", "mobile", "phonenumber", "mobilephone", "cellphone", "手机", "手机号", "手机号码"].map((key) => [key, "phone"] as const),
  ...["email", "emailaddress", "邮箱"].map((key) => [key, "email"] as const),
  ...["unionid", "wechatunionid", "wxunionid", "mpunionid"].map((key) => [key, "unionid"] as const),
  ...["openid", "wechatopenid", "wxopenid", "mpopenid"].map((key) => [key, "openid"] as const),
  ...["memberno", "membernumber", "memberid", "membercode", "membershipno", "membershipnumber", "membershipid", "会员号", "会员卡号"].map(
    (key) => [key, "member_no"] as const,
  ),
  ...["anonymousid", "deviceid", "cookieid", "idfa", "idfv", "androidid", "oaid", "gaid", "ios.idfa", "android.idfa"].map(
    (key) => [key, "anonymous_id"] as const,
  ),
]);

/** The identity kind that a field name stands for (`unionId`, `member_no`, `$phone`); undefined for other names. */
export function kindOfKey(key: string): IdentityKind | undefined {
  return KIND_OF_KEY.get(key.replace(/[_$\s-]/g, "").toLowerCase());
}

/** Ids found in traits under the names `kindOfKey` knows; unusable values are passed over, they remain traits. */
export function idsInTraits(traits: JsonObject): readonly IdentityRef[] {
  const found: IdentityRef[] = [];
  for (const key of Object.keys(traits)) {
    const kind = kindOfKey(key);
    // A trait is what people type into forms: only ids that belong to the person, never the account or the device.
    if (kind === undefined || kind === "user_id" || kind === "anonymous_id") continue;
    const read = readId(kind, traits[key], key);
    if (read.ref !== undefined && isPlausible(read.ref)) found.push(read.ref);
  }
  return found;
}

/** Ids in Segment's `context.externalIds`: `[{ type | collection, id }]`. Unknown types are passed over. */
export function idsInExternal(external: Json | undefined): readonly IdentityRef[] {
  if (!Array.isArray(external)) return [];
  const found: IdentityRef[] = [];
  for (const entry of external as readonly Json[]) {
    if (!isJsonObject(entry)) continue;
    const { type, collection, id } = entry;
    const kind =
      (typeof type === "string" ? kindOfKey(type) : undefined) ?? (typeof collection === "string" ? kindOfKey(collection) : undefined);
    const read = kind === undefined ? {} : readId(kind, id, "context.externalIds");
    if (read.ref !== undefined && isPlausible(read.ref)) found.push(read.ref);
  }
  return found;
}

/** A phone too short to belong to one person would join strangers. */
function isPlausible(ref: IdentityRef): boolean {
  return ref.kind !== "phone" || ref.value.replace(/\D/g, "").length >= 7;
}
