import { CloseOutlined, EditOutlined } from "@ant-design/icons";
import type { BoardSettings, DashboardTile } from "@terrace/contract/api/dashboards";
import { Button } from "antd";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { PHONE_HEIGHT } from "../../ui/chart/ChartBody.tsx";
import { usePhone } from "../../app/theme/use-screen.ts";
import { heightOf, type TileHandles } from "./Grid.tsx";
import { MetricBody } from "./MetricBody.tsx";
import { askedOf, pageOf, QuestionBody, SavedBody } from "./TileBody.tsx";

type Props = {
  readonly tile: DashboardTile;
  readonly name: string;
  readonly settings: BoardSettings;
  readonly editing: boolean;
  readonly handles: TileHandles;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
};

const HEAD_PX = 36;
const PADDING_PX = 16;

/** One tile: its title leads to the whole analysis. */
export function Tile({ tile, name, settings, editing, handles, onEdit, onRemove }: Props) {
  const text = useText();
  const phone = usePhone();
  const { content, place } = tile;
  const tools = editing ? (
    <>
      <Button type="text" size="small" icon={<EditOutlined />} aria-label={text("dashboards.editTile", { name })} onClick={onEdit} />
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={text("dashboards.removeTile", { name })} onClick={onRemove} />
    </>
  ) : null;
  if (content.kind === "heading")
    return (
      <div className="board-heading">
        {handles.move}
        <h2 className="grow">{content.text}</h2>
        {tools}
        {handles.size}
      </div>
    );
  const height = phone ? PHONE_HEIGHT : heightOf(place.h) - HEAD_PX - PADDING_PX;
  return (
    <section className="board-tile" aria-label={name}>
      <header className="board-tile-head">
        {handles.move}
        <h2 title={name}>
          {content.kind === "text" && tile.title === "" ? "" : <TileTitle tile={tile} name={name} settings={settings} />}
        </h2>
        {tools}
      </header>
      <div className="board-tile-body">
        {content.kind === "text" ? <p className="board-text">{content.text}</p> : null}
        {content.kind === "analysis" ? <SavedBody id={content.analysis} settings={settings} height={height} /> : null}
        {content.kind === "question" ? (
          <QuestionBody ask={{ kind: content.ask.kind, query: content.ask.query }} settings={settings} height={height} />
        ) : null}
        {content.kind === "metric" ? <MetricBody metric={content.metric} as={content.as} settings={settings} height={height} /> : null}
      </div>
      {handles.size}
    </section>
  );
}

function TileTitle({ tile, name, settings }: Pick<Props, "tile" | "name" | "settings">) {
  const link = useLink();
  const { content } = tile;
  const page =
    content.kind === "analysis"
      ? `insight/saved/${content.analysis}`
      : content.kind === "question"
        ? pageOf(askedOf({ kind: content.ask.kind, query: content.ask.query }, settings))
        : undefined;
  return page === undefined ? name : <Link to={link(page)}>{name}</Link>;
}
