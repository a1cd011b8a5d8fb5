import { createHmac } from "node:crypto";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { lockSettling } from "./claim.store.ts";
import { forgetReferred, loadHeld } from "./erase.store.ts";

/** Codes of people, and who brought them and whom they brought. */
export function createReferralHolder({ db }: { readonly db: Db }): PersonalDataHolder {
  return {
    name: "referrals",
    describe: async ({ workspaceId, originIds }) => {
      const rows = await loadHeld(db, workspaceId, originIds);
      const items = rows.map(({ what, program, value, at }) => ({ what: `${program} · ${what}`, value, at: at.toISOString() }));
      return items.length === 0 ? [] : [{ key: "referrals", total: items.length, items }];
    },
    erase: async (tx, { workspaceId, people, secret }) => {
      await lockSettling(tx, workspaceId);
      const forgotten = people.map((person) => ({ ...person, standIn: standInFor(secret, person.personId) }));
      return { cursor: null, done: true, removed: { rows: await forgetReferred(tx, workspaceId, forgotten) } };
    },
  };
}

/** A number of nobody's: the same after a crash, and without a meaning once the erasure is over. */
function standInFor(secret: Uint8Array, personId: string): string {
  return String(createHmac("sha256", secret).update(`referral-${personId}`).digest().readBigUInt64BE() >> 1n);
}
