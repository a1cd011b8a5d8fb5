/** What a draft was, is, and was before it was taken back. */
export type History<T> = {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** What the last edit was of: the next one of the same is one step with it. */
  readonly of: string | null;
};

export function beginHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], of: null };
}

/** One edit more. Edits of the same thing one after another, such as letters typed into a field, are taken back together; `of` is null for what is a step by itself. */
export function edited<T>(history: History<T>, present: T, of: string | null = null): History<T> {
  if (of !== null && of === history.of) return { ...history, present, future: [] };
  return { past: [...history.past, history.present], present, future: [], of };
}

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], of: null };
}

export function redone<T>(history: History<T>): History<T> {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future, of: null };
}
