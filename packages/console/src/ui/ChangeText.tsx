import type { Change } from "./format/numbers.ts";

type Better = "up" | "down" | "neither";

function judgement(change: Change, better: Better): string {
  if (change.direction === "flat" || better === "neither") return "change-neutral";
  return change.direction === better ? "change-good" : "change-bad";
}

/** Change over time: the arrow is its direction, the colour (blue, amber, grey) whether that is welcome. */
export function ChangeText({ change, better = "up" }: { readonly change: Change; readonly better?: Better }) {
  const arrow = { up: "↑", down: "↓", flat: "" }[change.direction];
  return (
    <span className={`change ${judgement(change, better)}`} aria-label={change.signed}>
      {arrow} {change.text}
    </span>
  );
}
