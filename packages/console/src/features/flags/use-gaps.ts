import { useCallback, useMemo, useRef, useState } from "react";

/** Which fields of a form hold nothing that can be saved. */
export function useGaps() {
  const [gaps, setGaps] = useState<ReadonlySet<string>>(new Set());
  const tellers = useRef(new Map<string, (isGap: boolean) => void>());
  const tell = useCallback((field: string) => {
    // One function for each field, or fields would be told apart from themselves at every drawing.
    const known = tellers.current.get(field);
    if (known !== undefined) return known;
    const teller = (isGap: boolean) =>
      setGaps((before) => {
        if (before.has(field) === isGap) return before;
        const after = new Set(before);
        if (isGap) after.add(field);
        else after.delete(field);
        return after;
      });
    tellers.current.set(field, teller);
    return teller;
  }, []);
  return useMemo(() => ({ hasGaps: gaps.size > 0, tell }), [gaps, tell]);
}
