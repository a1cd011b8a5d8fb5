import type { eventDefinitionSchema } from "@terrace/contract/api/events";
import { listEventDefinitions } from "@terrace/contract/api/events";
import { knownEvent } from "@terrace/domain/event/known-events";
import { useCallback, useMemo } from "react";
import type { z } from "zod";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const DEFINITIONS_MAX = 200;
const NONE: readonly EventDefinition[] = [];

export type EventDefinition = z.output<typeof eventDefinitionSchema>;

/** The event definitions by volume, and a function that gives an event the name operators read in their language. */
export function useEventNames() {
  const params = useWorkspaceParams();
  const may = useMay();
  const language = useLanguage();
  const { data } = useCall(
    listEventDefinitions,
    { params, query: { limit: DEFINITIONS_MAX } },
    { enabled: may("events:read"), staleMs: 60_000 },
  );
  const names = useMemo(
    () => new Map((data?.items ?? []).map(({ name, displayName }) => [name, language === "en" ? displayName.en : displayName.zh])),
    [data, language],
  );
  const nameOf = useCallback(
    (name: string) => {
      const shown = names.get(name);
      if (shown !== undefined && shown !== "") return shown;
      // An event that never arrived may still be one that is known.
      const known = knownEvent(name);
      return known === undefined ? name : language === "en" ? known.en : known.zh;
    },
    [names, language],
  );
  return {
    definitions: data?.items ?? NONE,
    nameOf,
    ready: data !== undefined,
    isWhole: data !== undefined && data.nextCursor === undefined,
  };
}
