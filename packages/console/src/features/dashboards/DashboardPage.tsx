import { getDashboard, updateDashboard, type BoardSettings, type Dashboard, type DashboardTile } from "@terrace/contract/api/dashboards";
import { listSavedAnalyses } from "@terrace/contract/api/insight-saved";
import { addTile, removeTile } from "@terrace/domain/insight/boards/lay-tiles";
import { Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import { useParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { KINDS } from "../insight/frame/kinds.ts";
import { BoardActions } from "./BoardActions.tsx";
import { BoardBar } from "./BoardBar.tsx";
import { Grid } from "./Grid.tsx";
import { Tile } from "./Tile.tsx";
import { TileForm } from "./TileForm.tsx";
import { useBoardSettings } from "./use-board.ts";
import { useMetrics } from "./use-metrics.ts";
import "./dashboards.css";

/** One dashboard. */
export function DashboardPage() {
  const { dashboard = "" } = useParams();
  const query = useCall(getDashboard, { params: { ...useWorkspaceParams(), dashboard } });
  return (
    <QueryView query={query} skeleton={10}>
      {(board) => <Board key={board.id} board={board} />}
    </QueryView>
  );
}

function Board({ board }: { readonly board: Dashboard }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), dashboard: board.id };
  const showFault = useFaultMessage();
  const box = useRef<HTMLDivElement>(null);
  const { settings, change, changed } = useBoardSettings(board.settings);
  const [draft, setDraft] = useState<readonly DashboardTile[]>();
  const [form, setForm] = useState<DashboardTile | "new">();
  const nameOf = useTileNames();
  const save = useChange(updateDashboard, [getDashboard]);
  const editing = draft !== undefined;
  const tiles = draft ?? board.tiles;
  const done = () => {
    if (draft === undefined) return;
    save.mutate(
      { params, body: { tiles: [...draft], settings, basedOn: board.version } },
      { onSuccess: () => setDraft(undefined), onError: showFault },
    );
  };
  const keep = (tile: DashboardTile) => {
    const isNew = form === "new";
    setDraft(isNew ? addTile(tiles, tile) : tiles.map((one) => (one.id === tile.id ? tile : one)));
    setForm(undefined);
  };
  return (
    <div ref={box} className="board-box">
      <PageHeader
        title={board.name}
        tags={board.sharing.with === "nobody" ? <Tag>{text("sharing.who.nobody")}</Tag> : null}
        meta={<span>{[board.description, board.owner].filter((part) => part !== "").join(" · ")}</span>}
        actions={
          <BoardActions
            board={board}
            editing={editing}
            busy={save.isPending}
            onEdit={() => setDraft(board.tiles)}
            onCancel={() => setDraft(undefined)}
            onDone={done}
            onAdd={() => setForm("new")}
            onFull={() => void box.current?.requestFullscreen?.()}
          />
        }
      />
      <FullScreen box={box} />
      <BoardBar settings={settings} changed={changed} onChange={change} onReset={() => change(board.settings)} />
      {tiles.length === 0 ? (
        <Panel>
          <EmptyState text={text(board.mayChange ? "dashboards.noTiles" : "dashboards.noTilesYet")} />
        </Panel>
      ) : (
        <Grid
          tiles={tiles}
          editing={editing}
          onLay={setDraft}
          nameOf={nameOf}
          tile={(tile, handles) => (
            <Tile
              tile={tile}
              name={nameOf(tile)}
              settings={settings}
              editing={editing}
              handles={handles}
              onEdit={() => setForm(tile)}
              onRemove={() => setDraft(removeTile(tiles, tile.id))}
            />
          )}
        />
      )}
      {form === undefined ? null : (
        <TileForm {...(form === "new" ? {} : { tile: form })} onSave={keep} onClose={() => setForm(undefined)} />
      )}
    </div>
  );
}

export type { BoardSettings };

/** Gives the box of a dashboard the look of a page of its own while it fills the screen. */
function FullScreen({ box }: { readonly box: React.RefObject<HTMLDivElement | null> }) {
  useEffect(() => {
    const follow = () => box.current?.classList.toggle("board-full", document.fullscreenElement === box.current);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, [box]);
  return null;
}

/** What tiles are called: their title, else the name of what they show. */
function useTileNames(): (tile: DashboardTile) => string {
  const text = useText();
  const language = useLanguage();
  const metrics = useMetrics();
  const saved = useCall(listSavedAnalyses, { params: useWorkspaceParams(), query: { limit: 200 } }, { staleMs: 60_000 });
  return ({ title, content }) => {
    if (title !== "") return title;
    switch (content.kind) {
      case "analysis":
        return saved.data?.items.find(({ id }) => id === content.analysis)?.name ?? text("dashboards.kind.analysis");
      case "question": {
        const kind = KINDS.find((one) => one.kind === content.ask.kind);
        return kind === undefined ? "" : text(kind.label);
      }
      case "metric": {
        const name = metrics?.get(content.metric)?.name;
        return name === undefined ? "" : language === "en" ? name.en : name.zh;
      }
      case "heading":
      case "text":
        return content.text.slice(0, 40);
    }
  };
}
