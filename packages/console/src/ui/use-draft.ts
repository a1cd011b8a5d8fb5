import { useRef, useState } from "react";
import { useUnsavedGuard } from "./use-unsaved-guard.ts";

type Saving = { readonly isSuccess: boolean; readonly reset: () => void };

/**
 * A draft of what is held: leaving asks while it is edited and not saved, and the next change forgets what came of the last saving.
 * `body` is what would be sent (undefined while something is missing); it can be saved where that is another than of what is held.
 */
export function useDraft<Draft, Body>(held: Draft, bodyOf: (draft: Draft) => Body | undefined, save: Saving) {
  const [draft, setDraft] = useState(held);
  const body = bodyOf(draft);
  const isEdited = !isSame(draft, held);
  useUnsavedGuard(() => isEdited && !save.isSuccess);
  const change = (next: Draft) => {
    save.reset();
    setDraft(next);
  };
  return { draft, change, begin: setDraft, body, isEdited, canSave: body !== undefined && !isSame(body, bodyOf(held)) };
}

/** A draft on a page that is left once it is saved: leaving asks while it is edited, until `leave` says that nothing would be lost. */
export function usePageDraft<Draft>(start: Draft | (() => Draft)) {
  const [begun] = useState(start);
  const [draft, setDraft] = useState(begun);
  const saved = useRef(false);
  useUnsavedGuard(() => !saved.current && !isSame(draft, begun));
  const leave = () => {
    saved.current = true;
  };
  return { begun, draft, setDraft, leave };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
