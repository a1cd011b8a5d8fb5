import type { EnrolmentView } from "@terrace/contract/api/journeys";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

/** Whether somebody is in a journey, out of it, or held back, and whether their step failed. */
export function EnrolmentState({ enrolment: { state, parked } }: { readonly enrolment: Pick<EnrolmentView, "state" | "parked"> }) {
  const text = useText();
  return (
    <>
      <Tag variant="filled" {...(state === "in" ? { className: "badge-on" } : {})}>
        {text(`journeys.person.${state}`)}
      </Tag>
      {parked === null ? null : <Tag color="warning">{text("journeys.person.parked")}</Tag>}
    </>
  );
}
