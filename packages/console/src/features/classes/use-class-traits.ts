import { listClasses } from "@terrace/contract/api/classes";
import { listPyramids } from "@terrace/contract/api/pyramids";
import { useMemo } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** A trait that holds one of a few values, and what operators call these, in their order. */
export type ClassTrait = { readonly trait: string; readonly values: ReadonlyMap<string, string> };

const STALE_MS = 300_000;

/** The traits of classes and pyramids of the workspace; none for whoever does not see people. */
export function useClassTraits(): readonly ClassTrait[] {
  const params = useWorkspaceParams();
  const language = useLanguage();
  const asked = { enabled: useMay()("people:read"), staleMs: STALE_MS };
  const classes = useCall(listClasses, { params }, asked).data;
  const pyramids = useCall(listPyramids, { params }, asked).data;
  return useMemo(
    () => [
      ...(classes?.items ?? []).map(({ trait, values }) => ({ trait, values: new Map(values.map(({ value, name }) => [value, name])) })),
      ...(pyramids?.items ?? []).map(({ trait, layers }) => ({
        trait,
        values: new Map(layers.map(({ key, name }) => [key, language === "en" ? name.en : name.zh])),
      })),
    ],
    [classes, pyramids, language],
  );
}
