import { useMemo } from "react";
import { useText, type Text } from "../../app/i18n.ts";
import { useFormat, type Format } from "../../app/workspace/use-format.ts";
import { useTraitNames } from "../computed/use-trait-names.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { useSegmentNameOf } from "../conditions/use-segments.ts";

/** What answers are put into words with. */
export type Ground = {
  readonly text: Text;
  readonly format: Format;
  /** The name operators know an event by. */
  readonly nameOf: (event: string) => string;
  /** The name of a segment by its id. */
  readonly segmentOf?: (id: string) => string;
  /** The name of a trait. */
  readonly traitOf?: (trait: string) => string;
};

export function useGround(): Ground {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const segmentOf = useSegmentNameOf();
  const traitOf = useTraitNames();
  return useMemo(() => ({ text, format, nameOf, segmentOf, traitOf }), [text, format, nameOf, segmentOf, traitOf]);
}

/** The name of an event of a selector; null is any event. */
export function eventWords(event: string | null, { text, nameOf }: Pick<Ground, "text" | "nameOf">): string {
  return event === null ? text("insight.anyEvent") : nameOf(event);
}
