import type { PyramidBody } from "@terrace/contract/api/pyramids";
import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import { conditionsOfLayers } from "@terrace/domain/pyramids/layer-rules";
import { isImmediate } from "@terrace/domain/pyramids/pyramid";
import { openText, sealText } from "../../../platform/sealed-text.ts";
import type { ClassAsked } from "../classes/class.commands.ts";
import type { LiveDeps } from "../live/live-deps.ts";
import type { LayerRow, PyramidRow } from "./pyramid.store.ts";

export type LayerAsked = PyramidBody["layers"][number];

export function sealDefinition(deps: Pick<LiveDeps, "privacy">, body: PyramidBody): Uint8Array {
  return sealText(deps.privacy, JSON.stringify(body));
}

export function openDefinition(deps: Pick<LiveDeps, "privacy">, { definition }: Pick<PyramidRow, "definition">): PyramidBody {
  // Read by the contract's schema before it was sealed.
  return JSON.parse(openText(deps.privacy, definition)) as PyramidBody;
}

/** What is called by one name where there is no language to go by. */
export function nameOf({ zh, en }: InBothLanguages): string {
  return zh === en ? zh : `${zh} ${en}`;
}

/** Whether people keep a layer; the others are what their condition says. */
export function isKept(layer: Pick<LayerAsked, "rule" | "promotion" | "demotion">): boolean {
  return layer.rule !== null && !isImmediate(layer);
}

/** The class of a pyramid: who is appointed to a layer, and who stands in it or meets its condition. */
export function classOf(body: PyramidBody, rows: ReadonlyMap<string, Pick<LayerRow, "appointed" | "standing" | "begun">>): ClassAsked {
  const last = body.layers.length - 1;
  const sources = body.layers.map(({ key, rule }, index) => {
    const row = rows.get(key);
    if (row === undefined) throw new Error(`layer ${key} has no row`);
    const { appointed, standing, begun } = row;
    if (begun && standing !== null) return { appointed, by: { segment: standing, in: true } } as const;
    return { appointed, by: rule ?? (index === last ? ("everyone" as const) : ("nobody" as const)) };
  });
  const conditions = conditionsOfLayers(sources);
  return {
    name: nameOf(body.name),
    values: body.layers.map(({ key, name }, index) => ({ value: key, name: nameOf(name), rule: conditions[index] ?? null })),
  };
}
