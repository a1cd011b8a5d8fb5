import type { BoardSettings } from "@terrace/contract/api/dashboards";
import { getSavedAnalysis } from "@terrace/contract/api/insight-saved";
import { overrideQuery } from "@terrace/domain/insight/boards/override-query";
import type { JsonObject } from "@terrace/domain/json";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { callRoute, looseInput } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useMissingEvents } from "../events/use-missing-events.ts";
import { KINDS, kindPath } from "../insight/frame/kinds.ts";
import { writeQuery } from "../insight/frame/query-text.ts";
import type { Answered } from "../insight/frame/use-analysis.ts";
import type { RouteContract } from "@terrace/contract/route";
import { useSeriesNames } from "../insight/frame/SeriesChoice.tsx";
import { useGround } from "../insight/use-ground.ts";
import { AnswerBody } from "./AnswerBody.tsx";
import { DRAWINGS, type Drawing } from "./drawings.ts";
import { overridesOf } from "./use-board.ts";

export type Ask = { readonly kind: string; readonly query: JsonObject };
type Props = { readonly ask: Ask; readonly settings: BoardSettings; readonly height: number };

/** The question of a tile under what holds for the whole dashboard. */
export function askedOf(ask: Ask, settings: BoardSettings): Ask {
  return {
    ...ask,
    query: overrideQuery(ask.query, overridesOf(settings)),
  };
}

/** The page on which a question can be looked at in full; undefined where its kind has none. */
export function pageOf({ kind, query }: Ask): string | undefined {
  return KINDS.some((one) => one.kind === kind) ? `${kindPath(kind)}?q=${writeQuery(query)}` : undefined;
}

/** What a tile with a question of its own shows. */
export function QuestionBody({ ask, settings, height }: Props) {
  const drawing = DRAWINGS[ask.kind];
  const asked = askedOf(ask, settings);
  if (drawing === undefined) return <NotDrawn ask={asked} />;
  return <Drawn drawing={drawing} ask={asked} settings={settings} height={height} />;
}

/** What a tile with a saved analysis shows. */
export function SavedBody({ id, settings, height }: { readonly id: string } & Omit<Props, "ask">) {
  const query = useCall(getSavedAnalysis, { params: { ...useWorkspaceParams(), analysis: id } }, { staleMs: 60_000 });
  return (
    <QueryView query={query} skeleton={4}>
      {({ kind, query: own }) => <QuestionBody ask={{ kind, query: own }} settings={settings} height={height} />}
    </QueryView>
  );
}

function Drawn({ drawing, ask, settings, height }: Props & { readonly drawing: Drawing }) {
  const plain = useGround();
  const ground = { ...plain, nameOfSeries: useSeriesNames(plain) };
  const { text } = plain;
  const params = useWorkspaceParams();
  const { route, draw } = drawing;
  const answer = useQuery<Answered<RouteContract>>({
    // As on the page of the analysis, so that one look serves both.
    queryKey: [route.id, params, ask.query],
    queryFn: async ({ signal }) => ({
      query: ask.query,
      body: await callRoute(route, looseInput({ params, body: ask.query, signal })),
    }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    ...(settings.refreshSeconds === 0 ? {} : { refetchInterval: settings.refreshSeconds * 1_000 }),
  });
  const missing = useMissingEvents(ask.query);
  return (
    <QueryView query={answer} skeleton={4}>
      {(answered) => {
        const { empty, grid, spec, table } = draw(answered, ground);
        if (empty === true)
          return (
            <EmptyState text={missing.length > 0 ? text("dashboards.noEvents", { events: missing.join(", ") }) : text("insight.noMatch")} />
          );
        if ((grid ?? spec ?? table) === undefined) return <NotDrawn ask={ask} />;
        return <AnswerBody drawing={drawing} answered={answered} ground={ground} height={height} />;
      }}
    </QueryView>
  );
}

function NotDrawn({ ask }: { readonly ask: Ask }) {
  const text = useText();
  const link = useLink();
  const page = pageOf(ask);
  return (
    <EmptyState
      text={text("dashboards.notDrawn")}
      action={
        page === undefined ? null : (
          <Link to={link(page)}>
            <Button>{text("dashboards.open")}</Button>
          </Link>
        )
      }
    />
  );
}
