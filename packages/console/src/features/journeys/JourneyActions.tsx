import { EllipsisOutlined } from "@ant-design/icons";
import type { JourneyDetail } from "@terrace/contract/api/journeys";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { draftPath } from "./journey-paths.ts";
import { movesOf, type Act } from "./journey-moves.ts";
import { MoveModal } from "./MoveModal.tsx";
import { NewJourneyModal } from "./NewJourneyModal.tsx";

/** What the operator may do with a journey where it stands: the next move first. */
export function JourneyActions({ journey, inside }: { readonly journey: JourneyDetail; readonly inside: number }) {
  const text = useText();
  const may = useMay();
  const link = useLink();
  const navigate = useNavigate();
  const [asks, setAsks] = useState<Act>();
  const { main, more } = movesOf(journey, { write: may("touch:write"), approve: may("touch:approve") });
  const close = () => setAsks(undefined);
  const word = (act: Act) => (act === "duplicate" ? text("journeys.act.duplicate") : text(`journeys.move.${act}`));
  return (
    <>
      {may("touch:write") && journey.state !== "archived" ? (
        <Button onClick={() => void navigate(link(draftPath(journey.id)))}>{text("journeys.draw.edit")}</Button>
      ) : null}
      {main.map((move, at) => (
        <Button
          key={move}
          {...(move !== "pause" && at === main.length - 1 ? { type: "primary" as const } : {})}
          onClick={() => setAsks(move)}
        >
          {word(move)}
        </Button>
      ))}
      {more.length === 0 ? null : (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: more.map((key) => ({ key, label: word(key), danger: key === "archive" })),
            onClick: ({ key }) => setAsks(more.find((one) => one === key)),
          }}
        >
          <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
        </Dropdown>
      )}
      {asks === "duplicate" ? <NewJourneyModal copyOf={journey} onClose={close} /> : null}
      {asks === undefined || asks === "duplicate" ? null : <MoveModal journey={journey} move={asks} inside={inside} onClose={close} />}
    </>
  );
}
