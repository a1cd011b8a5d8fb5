import { saveJourney, type JourneyDetail } from "@terrace/contract/api/journeys";
import { useState } from "react";
import { useChange } from "../../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { useUnsavedGuard } from "../../../ui/use-unsaved-guard.ts";
import { JOURNEY_TOUCHES } from "../journey-touches.ts";
import type { Definition } from "./draft-edits.ts";
import { beginHistory, edited, redone, undone } from "./draft-history.ts";

export type Draft = { readonly name: string; readonly definition: Definition };
type Saved = { readonly draft: Draft; readonly version: number };

/** A journey as it is being drawn: what it was before, whether it is saved, and which version the next saving stands on. */
export function useJourneyDraft(journey: JourneyDetail) {
  // What was sent counts as saved, whatever order the server keeps it in.
  const [saved, setSaved] = useState<Saved>({ draft: { name: journey.name, definition: journey.definition }, version: journey.version });
  const [history, setHistory] = useState(() => beginHistory<Draft>(saved.draft));
  const save = useChange(saveJourney, JOURNEY_TOUCHES);
  const params = { ...useWorkspaceParams(), journey: journey.id };
  const draft = history.present;
  const isEdited = JSON.stringify(draft) !== JSON.stringify(saved.draft);
  useUnsavedGuard(() => isEdited);
  return {
    draft,
    isEdited,
    error: save.error,
    isSaving: save.isPending,
    change: (next: Partial<Draft>, of?: string) => {
      save.reset();
      setHistory((before) => edited(before, { ...before.present, ...next }, of ?? null));
    },
    undo: history.past.length === 0 ? undefined : () => setHistory(undone),
    redo: history.future.length === 0 ? undefined : () => setHistory(redone),
    save: () =>
      save.mutate({ params, body: { ...draft, baseVersion: saved.version } }, { onSuccess: ({ version }) => setSaved({ draft, version }) }),
  };
}
export type JourneyDraft = ReturnType<typeof useJourneyDraft>;
