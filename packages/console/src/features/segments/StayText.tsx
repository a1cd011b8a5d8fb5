import { useText } from "../../app/i18n.ts";
import { TimeText } from "../../ui/TimeText.tsx";
import type { Stay } from "./answers.ts";

type Props = { readonly stay: Pick<Stay, "enteredAt" | "enteredWhy" | "leftAt" | "leftWhy"> };

/** When and why somebody came in, and when and why they left, in words. */
export function StayText({ stay: { enteredAt, enteredWhy, leftAt, leftWhy } }: Props) {
  const text = useText();
  return (
    <span className="stay">
      <span>
        <TimeText at={enteredAt} /> {text("segments.entered")} <span className="muted">{text(`segments.why.${enteredWhy}`)}</span>
      </span>
      {leftAt === null ? null : (
        <span>
          <TimeText at={leftAt} /> {text("segments.left")}{" "}
          <span className="muted">{leftWhy === null ? "" : text(`segments.why.${leftWhy}`)}</span>
        </span>
      )}
    </span>
  );
}
