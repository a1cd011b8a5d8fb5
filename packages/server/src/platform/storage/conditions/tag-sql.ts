import type { TagLeaf } from "@terrace/domain/conditions/condition";
import { ch, type ChStatement } from "../clickhouse.ts";
import { PERSON_OF_EVENT } from "../person-of-event.ts";
import type { Among } from "./among.ts";

type TagTools = { readonly workspaceId: number; readonly nowMs: number };

/** The condition that a person has, or has not, a tag now. Tags are on ids, as events are; whose an id is now has them. */
export function tagSql(among: Among, { tag, has }: TagLeaf, { workspaceId, nowMs }: TagTools): ChStatement {
  return among.isIn(
    ch`select ${PERSON_OF_EVENT} as person from person_tag final
      where workspace_id = ${ch.value("UInt32", workspaceId)} and tag = ${ch.value("String", tag)} and (until = 0 or until > ${ch.value("Int64", nowMs)})`,
    has,
  );
}
