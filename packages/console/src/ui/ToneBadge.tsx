import { BADGE_TONES, type BadgeTone } from "@terrace/domain/pyramids/pyramid";
import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import { useWords } from "../app/i18n.ts";
import { useDark } from "../app/theme/use-screen.ts";
import { slotColour } from "./chart/chart-theme.ts";
import "./tone-badge.css";

/** The colour of a tone, as charts draw it. */
export function useToneColour(): (tone: BadgeTone) => string {
  const mode = useDark() ? "dark" : "light";
  return (tone) => slotColour(BADGE_TONES.indexOf(tone), mode);
}

/** A badge that people have: its label beside its colour. */
export function ToneBadge({ badge: { label, tone } }: { readonly badge: { readonly label: InBothLanguages; readonly tone: BadgeTone } }) {
  const words = useWords();
  const colourOf = useToneColour();
  return (
    <span className="tone-badge">
      <i aria-hidden="true" style={{ background: colourOf(tone) }} />
      {words(label)}
    </span>
  );
}
