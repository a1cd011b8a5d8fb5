import type { Evidence } from "@terrace/domain/verification/evidence";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { openText } from "../../platform/sealed-text.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { deleteOfIds, loadOfIds, loadStepsOfIds, type Step } from "./verification.store.ts";

/** What people applied for, with their evidence and why it was decided as it was. Their tags are people's own. */
export function createVerificationHolder({ db, privacy }: Pick<VerificationDeps, "db" | "privacy">): PersonalDataHolder {
  return {
    name: "verifications",
    describe: async ({ workspaceId, originIds, showNote, showFormValue }) => {
      const rows = await loadOfIds(db, workspaceId, originIds);
      const steps = Map.groupBy(await loadStepsOfIds(db, workspaceId, originIds), ({ verificationId }) => verificationId);
      const stepHeld = ({ state, at, reason }: Step) => {
        const shown = showNote(openText(privacy, reason));
        return { state, at: at.toISOString(), ...(shown === undefined || shown === "" ? {} : { reason: shown }) };
      };
      const items = rows.map(({ id, name, fields, state, evidence, at }) => {
        const classes = new Map(fields.map(({ key, personal }) => [key, personal]));
        const given = JSON.parse(openText(privacy, evidence)) as Evidence;
        const shown = Object.entries(given).flatMap(([key, value]) => {
          const asked = classes.get(key);
          const text = showFormValue(String(value), asked === undefined ? "marked" : asked);
          return text === undefined ? [] : [[`evidence.${key}`, text] as const];
        });
        return {
          what: `${name.zh} · ${name.en}`,
          value: {
            state,
            ...Object.fromEntries(shown),
            history: (steps.get(id) ?? []).map(stepHeld),
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
