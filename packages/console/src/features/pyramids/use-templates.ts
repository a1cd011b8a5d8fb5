import { listPyramidTemplates } from "@terrace/contract/api/pyramids";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** The templates of pyramids, with their texts in the language on screen. */
export function useTemplates() {
  const language = useLanguage() === "en" ? "en" : "zh";
  return useCall(listPyramidTemplates, { params: useWorkspaceParams(), query: { language } }, { keepPrevious: true, staleMs: 60_000 });
}
