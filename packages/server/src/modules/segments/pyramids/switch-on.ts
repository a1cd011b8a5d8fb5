import { pyramidTemplate, type PyramidTemplateKind, type TemplateLanguage } from "@terrace/domain/pyramids/pyramid-templates";
import { MAIN_PYRAMID } from "@terrace/domain/traits/computed-traits";
import type { SegmentDeps } from "../segment-deps.ts";
import { appoint } from "./appointment.commands.ts";
import { replacePyramid, type PyramidActor } from "./pyramid.commands.ts";
import { loadPyramids } from "./pyramid.store.ts";

export type PyramidOrder = {
  readonly kind: PyramidTemplateKind;
  readonly language: TemplateLanguage;
  /** Ids of users who are appointed to the highest layer, and what is noted of them. */
  readonly top: readonly string[];
  readonly note: string;
};

/** Switches a pyramid on from its template, with people at its top; nothing where the workspace has one. */
export async function switchOnPyramid(deps: SegmentDeps, who: PyramidActor, { kind, language, top, note }: PyramidOrder): Promise<void> {
  if ((await loadPyramids(deps.db, who.workspaceId, MAIN_PYRAMID)).length > 0) return;
  const body = pyramidTemplate(kind, await deps.businessEvents(who.workspaceId), language);
  await replacePyramid(deps, who, MAIN_PYRAMID, body);
  const [made] = await loadPyramids(deps.db, who.workspaceId, MAIN_PYRAMID);
  const [layer] = body.layers;
  if (made === undefined || layer === undefined) return;
  await appoint(deps, who, made, { layer: layer.key, people: { identity: "user_id", values: [...top] }, until: null, note });
}
