import { listClassTemplates } from "@terrace/contract/api/classes";
import type { ClassTemplateKind } from "@terrace/domain/classes/class-templates";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** The templates of classes, named in the language on screen. */
export function useTemplates(kind: ClassTemplateKind) {
  const language = useLanguage() === "en" ? "en" : "zh";
  return useCall(listClassTemplates, { params: useWorkspaceParams(), query: { kind, language } }, { keepPrevious: true, staleMs: 60_000 });
}
