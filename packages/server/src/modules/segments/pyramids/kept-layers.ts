import type { PyramidBody } from "@terrace/contract/api/pyramids";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { addToList, loadListed, takeOffList, type List } from "../list.store.ts";
import { partsOf } from "./contribution.views.ts";
import { contributedByPerson, type Contributed } from "./contributions.ts";
import { saveJudgements, type Judged, type Judgement, type LayerPlace } from "./keep.store.ts";
import type { LayerAsked } from "./pyramid-definition.ts";
import type { LayerRow, PyramidRow } from "./pyramid.store.ts";

/** A pyramid that is kept. */
export type Keeping = {
  readonly workspaceId: number;
  readonly pyramid: PyramidRow;
  readonly signal: AbortSignal;
  /** Until when everything that came is known, Unix ms. */
  readonly knownUntil: (workspaceId: number) => Promise<number>;
};

/** A layer that people keep, with what it asks. */
export type KeptLayer = { readonly row: LayerRow & { readonly qualified: string; readonly standing: string }; readonly asked: LayerAsked };

export function keptLayers(body: PyramidBody, rows: readonly LayerRow[]): readonly KeptLayer[] {
  return rows.flatMap((row): readonly KeptLayer[] => {
    const asked = body.layers.find(({ key }) => key === row.key);
    const { qualified, standing } = row;
    return asked === undefined || qualified === null || standing === null ? [] : [{ asked, row: { ...row, qualified, standing } }];
  });
}

/** Takes people off a list, under whichever of their ids they are on it. */
export async function takeOff(tx: Tx, list: List, people: readonly string[]): Promise<void> {
  const { members } = await loadListed(tx, list.workspaceId, list.segmentId, people);
  await takeOffList(tx, list, [...members.values()].flat());
}

/** Whether somebody contributed a layer's minimum in a time. */
export async function metFinder(
  tx: Tx,
  workspaceId: number,
  { demotion: { minimum } }: Pick<LayerAsked, "demotion">,
  contributed: Contributed,
): Promise<(personId: string, time: number) => boolean> {
  const byPerson = await contributedByPerson(tx, workspaceId, contributed);
  const needed = partsOf(minimum?.atLeast ?? 0);
  return (personId, time) => (byPerson.get(time)?.get(personId) ?? 0n) >= needed;
}

export type KeptPlace = { readonly place: LayerPlace; readonly standing: string };

/** Writes what became of people, and who is on the list of those who stand. */
export async function writeJudgements(
  tx: Tx,
  { place, standing }: KeptPlace,
  judgements: readonly Judgement[],
  { at, month }: { readonly at: Date; readonly month: number | null },
): Promise<void> {
  await saveJudgements(tx, place, judgements, { at, month });
  const list = { workspaceId: place.workspaceId, segmentId: standing, at };
  const came = judgements.filter(({ who, kept }) => who.standing === null && kept.standing !== null);
  const left = judgements.filter(({ who, kept }) => who.standing !== null && kept.standing === null);
  const idOf = ({ who }: { readonly who: Judged }): string => who.personId;
  if (came.length > 0) await addToList(tx, list, came.map(idOf));
  if (left.length > 0) await takeOff(tx, list, left.map(idOf));
}
