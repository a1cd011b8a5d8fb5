import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import type { EventDefinition } from "./answers.ts";

/** The state of a definition in words: part of a specification, hidden, what its schema does. */
export function EventTags({
  definition,
}: {
  readonly definition: Pick<EventDefinition, "known" | "virtual" | "status" | "schema" | "enforcement">;
}) {
  const text = useText();
  return (
    <span className="tag-line">
      {definition.known ? <Tag variant="filled">{text("events.known")}</Tag> : null}
      {definition.virtual === null ? null : <Tag variant="filled">{text("visual.tag")}</Tag>}
      {definition.schema === null ? null : (
        <Tag className={definition.enforcement === "accept" ? "" : "badge-on"} variant="filled">
          {text(`events.check.${definition.enforcement}`)}
        </Tag>
      )}
      {definition.status === "hidden" ? <Tag variant="filled">{text("events.hidden")}</Tag> : null}
    </span>
  );
}
