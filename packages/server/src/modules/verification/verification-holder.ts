import type { Evidence } from "@terrace/domain/verification/evidence";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { openText } from "../../platform/sealed-text.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { deleteOfIds, loadOfIds } from "./verification.store.ts";

/** What people applied for, with their evidence. Their tags are people's own. */
export function createVerificationHolder({ db, privacy }: Pick<VerificationDeps, "db" | "privacy">): PersonalDataHolder {
  return {
    name: "verifications",
    describe: async ({ workspaceId, originIds, showText }) => {
      const rows = await loadOfIds(db, workspaceId, originIds);
      const items = rows.map(({ name, state, evidence, at }) => {
        const given = JSON.parse(openText(privacy, evidence)) as Evidence;
        return {
          what: `${name.zh} · ${name.en}`,
          value: {
            state,
            ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`evidence.${key}`, showText(String(value))])),
          },
          at: at.toISOString(),
        };
      });
      return items.length === 0 ? [] : [{ key: "verifications", total: items.length, items }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await deleteOfIds(tx, workspaceId, originIds) },
    }),
  };
}
