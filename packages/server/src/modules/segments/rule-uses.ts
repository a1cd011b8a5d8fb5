import type { segmentUsesSchema } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { usesOfRule } from "@terrace/domain/segments/rule-uses";
import type { z } from "zod";
import type { Db } from "../../platform/storage/postgres.ts";
import { findSegmentNames } from "./segment.store.ts";

export type SegmentUses = z.output<typeof segmentUsesSchema>;

/** What a rule asks about, with the names of segments. */
export async function namedUses(db: Db, workspaceId: number, rule: PersonCondition): Promise<SegmentUses> {
  const { segments, events, traits, tags } = usesOfRule(rule);
  const names = await findSegmentNames(db, workspaceId, segments);
  return {
    segments: segments.map((id) => ({ id, name: names.get(id) ?? "" })),
    events: [...events],
    traits: [...traits],
    tags: [...tags],
  };
}
