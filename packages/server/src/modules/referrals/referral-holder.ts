import { createHmac } from "node:crypto";
import type { HeldItem, PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { lockSettling } from "./claim.store.ts";
import { forgetReferred, loadHeld, type HeldRow } from "./erase.store.ts";

/** Codes of people, and who brought them and whom they brought. */
export function createReferralHolder({ db }: { readonly db: Db }): PersonalDataHolder {
  return {
    name: "referrals",
    describe: async ({ workspaceId, originIds }) => {
      const { rows, total } = await loadHeld(db, workspaceId, originIds);
      return total === 0 ? [] : [{ key: "referrals", total, items: rows.map(itemOf) }];
    },
    erase: async (tx, { workspaceId, people, secret }) => {
      await lockSettling(tx, workspaceId);
      const forgotten = people.map((person) => ({ ...person, standIn: standInFor(secret, person.personId) }));
      return { cursor: null, done: true, removed: { rows: await forgetReferred(tx, workspaceId, forgotten) } };
    },
  };
}

/** Other people are named by their ids here and nothing else: a report is about one person. */
function itemOf({ what, program, at, code, label, retiredAt, state, other, convertedMs, network }: HeldRow): HeldItem {
  const known = Object.entries({
    code,
    label: label === "" ? null : label,
    retiredAt: retiredAt?.toISOString() ?? null,
    state,
    [what === "invited" ? "inviter" : "invited"]: other,
    convertedAt: convertedMs === null ? null : new Date(Number(convertedMs)).toISOString(),
    network: network === "" ? null : network,
  });
  return { what: `${program} · ${what}`, value: Object.fromEntries(known.filter(([, value]) => value !== null)), at: at.toISOString() };
}

/** A number of nobody's: the same after a crash, and without a meaning once the erasure is over. */
function standInFor(secret: Uint8Array, personId: string): string {
  return String(createHmac("sha256", secret).update(`referral-${personId}`).digest().readBigUInt64BE() >> 1n);
}
