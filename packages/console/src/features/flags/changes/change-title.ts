import type { FlagChangeView } from "@terrace/contract/api/flag-changes";
import type { Text } from "../../../app/i18n.ts";

/** Which change it is, in words. */
export function titleOf({ id, flag, experiment }: Pick<FlagChangeView, "id" | "flag" | "experiment">, text: Text): string {
  return experiment === null
    ? text("flags.changeOf", { id, flag: flag ?? "" })
    : text("flags.moveOf", { id, key: experiment.key, move: text(`flags.move.${experiment.action}`) });
}
