import { listComputedTraits, type ComputedTraitView } from "@terrace/contract/api/computed-traits";
import { useCallback } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { traitName } from "../person/trait-name.ts";

const STALE_MS = 300_000;
const NONE: readonly ComputedTraitView[] = [];

/** The computed traits of the workspace; none for whoever does not see people. */
export function useComputedTraits(): readonly ComputedTraitView[] {
  const params = useWorkspaceParams();
  const enabled = useMay()("people:read");
  return useCall(listComputedTraits, { params }, { enabled, staleMs: STALE_MS }).data?.items ?? NONE;
}

/** Calls traits as operators know them: computed ones by their names in the language of the console. */
export function useTraitNames(): (trait: string) => string {
  const computed = useComputedTraits();
  const language = useLanguage();
  return useCallback(
    (trait) => {
      const found = computed.find((one) => one.trait === trait);
      if (found === undefined) return traitName(trait);
      return language === "en" ? found.name.en : found.name.zh;
    },
    [computed, language],
  );
}
