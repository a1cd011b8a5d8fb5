import type { getEnrolmentPath } from "@terrace/contract/api/journeys";
import type { z } from "zod";
import { textOr, useText } from "../../app/i18n.ts";
import { useEventNames } from "../events/use-event-names.ts";
import type { DrawnNode } from "./use-node-words.ts";

export type WayStep = z.output<typeof getEnrolmentPath.response>["items"][number];

/** Why somebody left a journey, or never came in. */
export function useEndWords(): (reason: string | null) => string {
  const text = useText();
  return (reason) => (reason === null ? "" : textOr(`journeys.end.${reason}`, text("journeys.end.holdout", { holdout: reason })));
}

/** The reason of a step, in words. */
export function useWhyWords(): (step: WayStep, node: DrawnNode | undefined) => string {
  const text = useText();
  const endWords = useEndWords();
  const { nameOf } = useEventNames();
  return ({ out, why }, node) => {
    const said = (key: string): string => {
      const value = why[key];
      return typeof value === "string" ? value : "";
    };
    switch (why["kind"]) {
      case "event":
        return out === null
          ? text("journeys.why.endedBy", { event: nameOf(said("name")) })
          : text("journeys.why.event", { event: nameOf(said("name")) });
      case "condition":
        return text("journeys.why.condition", { arm: said("arm") });
      case "share":
        return text("journeys.why.share", { percent: Number(why["bucket"]) / 100 });
      case "ended":
        return endWords(said("reason"));
      case "done":
        return node === undefined ? text("journeys.why.done") : textOr(`journeys.why.done.${node.kind}`, text("journeys.why.done"));
      default:
        return textOr(`journeys.why.${said("kind")}`, said("kind"));
    }
  };
}
