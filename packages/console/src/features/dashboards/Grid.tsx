import { moveTile } from "@terrace/domain/insight/boards/lay-tiles";
import { GRID_COLUMNS, type TilePlace } from "@terrace/domain/insight/boards/tile";
import type { DashboardTile } from "@terrace/contract/api/dashboards";
import { inReadingOrder } from "@terrace/domain/insight/boards/lay-tiles";
import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import { useRef, useState } from "react";
import { useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";

export const ROW_PX = 32;
export const GAP_PX = 12;

/** How high a tile of so many rows is. */
export function heightOf(rows: number): number {
  return rows * ROW_PX + (rows - 1) * GAP_PX;
}

/** The handles by which a tile is moved and sized: for pointers, and for keys. */
export type TileHandles = { readonly move: ReactNode; readonly size: ReactNode };

type GridProps = {
  readonly tiles: readonly DashboardTile[];
  /** Tiles can be moved and sized. */
  readonly editing: boolean;
  readonly onLay: (tiles: readonly DashboardTile[]) => void;
  readonly tile: (tile: DashboardTile, handles: TileHandles) => ReactNode;
  readonly nameOf: (tile: DashboardTile) => string;
};

type Drag = {
  readonly id: string;
  readonly what: "move" | "size";
  readonly atX: number;
  readonly atY: number;
  readonly from: readonly DashboardTile[];
};

/** Tiles on a grid of twelve columns; on a phone one below the other. */
export function Grid({ tiles, editing, onLay, tile, nameOf }: GridProps) {
  const text = useText();
  const phone = usePhone();
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag>(undefined);
  const [active, setActive] = useState("");
  const [said, setSaid] = useState("");
  const lay = (id: string, place: TilePlace, from: readonly DashboardTile[] = tiles) => onLay(moveTile(from, id, place));
  const begin = (id: string, what: Drag["what"]) => (event: PointerEvent<HTMLButtonElement>) => {
    event.preventDefault();
    event.currentTarget.focus();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { id, what, atX: event.clientX, atY: event.clientY, from: tiles };
    setActive(id);
  };
  const follow = (event: PointerEvent<HTMLButtonElement>) => {
    const { current } = drag;
    const start = current?.from.find(({ id }) => id === current.id)?.place;
    if (current === undefined || start === undefined || box.current === null) return;
    const column = (box.current.clientWidth + GAP_PX) / GRID_COLUMNS;
    const dx = Math.round((event.clientX - current.atX) / column);
    const dy = Math.round((event.clientY - current.atY) / (ROW_PX + GAP_PX));
    lay(current.id, shifted(start, current.what, dx, dy), current.from);
  };
  const end = () => {
    drag.current = undefined;
    setActive("");
  };
  const onKey = (each: DashboardTile, what: Drag["what"]) => (event: KeyboardEvent<HTMLButtonElement>) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const place = shifted(each.place, what, ...step);
    lay(each.id, place);
    setSaid(text("dashboards.placed", { name: nameOf(each), column: place.x + 1, row: place.y + 1, width: place.w, height: place.h }));
  };
  const handle = (each: DashboardTile, what: Drag["what"]) =>
    editing && !phone ? (
      <button
        type="button"
        className={`tile-handle tile-handle-${what}`}
        aria-label={text(what === "move" ? "dashboards.moveTile" : "dashboards.sizeTile", { name: nameOf(each) })}
        title={text(what === "move" ? "dashboards.moveHint" : "dashboards.sizeHint")}
        onPointerDown={begin(each.id, what)}
        onPointerMove={follow}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={onKey(each, what)}
      />
    ) : null;
  return (
    <>
      <div ref={box} className={`board-grid ${editing ? "board-editing" : ""}`}>
        {inReadingOrder(tiles).map((each) => (
          <div
            key={each.id}
            data-tile={each.id}
            className={`board-cell ${active === each.id ? "board-cell-active" : ""}`}
            style={phone ? {} : spotOf(each.place)}
          >
            {tile(each, { move: handle(each, "move"), size: handle(each, "size") })}
          </div>
        ))}
      </div>
      <span className="board-said" aria-live="polite">
        {said}
      </span>
    </>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function shifted(place: TilePlace, what: Drag["what"], dx: number, dy: number): TilePlace {
  return what === "move" ? { ...place, x: place.x + dx, y: place.y + dy } : { ...place, w: place.w + dx, h: place.h + dy };
}

function spotOf({ x, y, w, h }: TilePlace) {
  return { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` };
}
