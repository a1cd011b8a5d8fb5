import type { TagKeep } from "@terrace/contract/api/tag-rules";
import { useText } from "../../app/i18n.ts";

/** How long a tag stays on, in words. */
export function KeepText({ keep }: { readonly keep: TagKeep }) {
  const text = useText();
  return typeof keep === "string" ? text(`tagRules.keep.${keep}`) : text("tagRules.keepDays", { count: keep.days });
}
