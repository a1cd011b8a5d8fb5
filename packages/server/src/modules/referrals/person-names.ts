import type { RouteContext } from "../../platform/http/handler.ts";
import type { ReferralDeps } from "./referral-deps.ts";

export type PersonName = { readonly personId: string; readonly displayName: string };

/** What people are called, as the caller sees it; who was forgotten, or never seen, has no name. */
export async function namesOf(
  { people }: Pick<ReferralDeps, "people">,
  { workspaceId, fields }: Pick<RouteContext, "workspaceId" | "fields">,
  ids: readonly string[],
): Promise<(id: string) => PersonName> {
  const names = ids.length === 0 ? undefined : await people.displayNames(workspaceId, [...new Set(ids)], fields);
  return (id) => names?.get(id) ?? { personId: id, displayName: "" };
}
