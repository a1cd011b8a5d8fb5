import type { JourneyView } from "@terrace/contract/api/journeys";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { isClosed } from "./journey-closed.ts";

const COLOURS = { draft: {}, live: { className: "badge-on" }, paused: { color: "warning" }, archived: {} } as const;

/** Where a journey stands, and how far its next version is. */
export function JourneyState({ journey }: { readonly journey: Pick<JourneyView, "state" | "live" | "next"> }) {
  const text = useText();
  const { state, next } = journey;
  return (
    <>
      <Tag variant="filled" {...COLOURS[state]}>
        {text(`journeys.state.${state}`)}
      </Tag>
      {isClosed(journey) ? <Tag color="warning">{text("journeys.closed")}</Tag> : null}
      {next === null || state === "archived" || (state === "draft" && next.state === "draft") ? null : (
        <Tag>{text(`journeys.next.${next.state}`, { version: next.version })}</Tag>
      )}
    </>
  );
}
