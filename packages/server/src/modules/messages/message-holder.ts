import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { MessageDeps } from "./messages-deps.ts";
import { openVariables } from "./sealed-variables.ts";
import { deleteMessagesOf, loadMessagesOf } from "./keep.store.ts";

const ITEMS_MAX = 500;

/** What people were sent, and what was decided about it. That an address gets nothing any more stays known: it is what its owner asked for. */
export function createMessageHolder({ db, privacy }: Pick<MessageDeps, "db" | "privacy">): PersonalDataHolder {
  return {
    name: "messages",
    describe: async ({ workspaceId, originIds, show }) => {
      const { total, rows } = await loadMessagesOf(db, workspaceId, originIds, ITEMS_MAX);
      if (total === 0) return [];
      const items = rows.map(({ channel, template, state, reason, variables, at }) => ({
        what: `${channel} ${template}`,
        value: { state, reason, variables: show(openVariables(privacy, variables)) },
        at: at.toISOString(),
      }));
      return [{ key: "messages", total, items }];
    },
    erase: async (tx, { workspaceId, originIds }) => ({
      cursor: null,
      done: true,
      removed: { rows: await deleteMessagesOf(tx, workspaceId, originIds) },
    }),
  };
}
