import { useMemo } from "react";
import { useText, type Text } from "../../app/i18n.ts";
import { useFormat, type Format } from "../../app/workspace/use-format.ts";
import { useEventNames } from "../events/use-event-names.ts";

/** What answers are put into words with. */
export type Ground = {
  readonly text: Text;
  readonly format: Format;
  /** The name operators know an event by. */
  readonly nameOf: (event: string) => string;
};

export function useGround(): Ground {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  return useMemo(() => ({ text, format, nameOf }), [text, format, nameOf]);
}

/** The name of an event of a selector; null is any event. */
export function eventWords(event: string | null, { text, nameOf }: Pick<Ground, "text" | "nameOf">): string {
  return event === null ? text("insight.anyEvent") : nameOf(event);
}
