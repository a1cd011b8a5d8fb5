import type { JourneyDetail } from "@terrace/contract/api/journeys";
import { Alert } from "antd";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { isClosed } from "./journey-closed.ts";
import { journeyPath } from "./journey-paths.ts";

type Props = { readonly journey: JourneyDetail; readonly inside: number; readonly parked: number };

/** What needs a hand, or keeps people where they are: one line. */
export function JourneyNotice({ journey, inside, parked }: Props) {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const people = useFormat().count(inside);
  const { state, next } = journey;
  if (parked > 0)
    return (
      <Alert
        className="journey-notice"
        type="warning"
        showIcon
        title={text("journeys.notice.parked", { count: parked })}
        action={
          may("people:read") ? (
            <Link to={link(`${journeyPath(journey.id)}?tab=people&show=parked`)}>{text("journeys.notice.who")}</Link>
          ) : null
        }
      />
    );
  if (state === "paused")
    return <Alert className="journey-notice" type="warning" showIcon title={text("journeys.notice.paused", { people })} />;
  if (next?.state === "in_review")
    return (
      <Alert
        className="journey-notice"
        type="info"
        showIcon
        title={text(may("touch:approve") ? "journeys.notice.review" : "journeys.notice.reviewElse", {
          version: next.version,
          by: next.savedBy,
        })}
      />
    );
  if (isClosed(journey))
    return <Alert className="journey-notice" type="info" showIcon title={text("journeys.notice.closed", { people })} />;
  return null;
}
