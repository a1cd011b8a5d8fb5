import type { VirtualMatcher } from "@terrace/domain/event/virtual-event";
import { useCallback } from "react";
import { useText } from "../../app/i18n.ts";

/** A function that says in words which clicks a virtual event counts. */
export function useRuleText(): (matcher: VirtualMatcher) => string {
  const text = useText();
  return useCallback(
    ({ selector, text: label, path }) =>
      [
        label === undefined ? "" : text(`visual.text.${label.match}`, { value: label.value }),
        selector === undefined ? "" : text(`visual.selector.${selector.match}`, { value: selector.value }),
        path === undefined ? "" : text(`visual.path.${path.match}`, { value: path.value }),
      ]
        .filter((part) => part !== "")
        .join(" · "),
    [text],
  );
}
