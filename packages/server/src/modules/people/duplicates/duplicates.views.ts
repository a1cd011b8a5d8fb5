import { SHARED_BY_MAX, type DuplicateSign } from "@terrace/domain/identity/duplicate-rules";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** People who have something in common; `value` is its token when it is personal. */
export type DuplicateGroup = {
  readonly value: string;
  readonly people: readonly string[];
  /** An operator said of two of them that they are two, or took a merge of theirs back. */
  readonly keptApart: boolean;
};

/** Where a sign stands: among the ids, and in these traits. */
const TRAITS: Readonly<Record<DuplicateSign, readonly string[]>> = {
  id_card: ["id_card", "idCard", "身份证号"],
  unionid: ["unionid", "unionId"],
  phone: ["phone", "mobile", "$phone", "手机号"],
  email: ["email", "$email", "邮箱"],
};

/** Groups of two to ten people with the same sign, the largest first. One pass over ids and traits: about a second per million people. */
export async function findDuplicates(
  db: Db | Tx,
  workspaceId: number,
  sign: DuplicateSign,
  limit: number,
): Promise<readonly DuplicateGroup[]> {
  const keys = TRAITS[sign];
  return db<DuplicateGroup[]>`
    with said as (
      select person_id, value from identity where workspace_id = ${workspaceId} and kind = ${sign}
      union
      select f.person_id, f.traits ->> k.key from person_profile f cross join unnest(${[...keys]}::text[]) as k (key)
      where f.workspace_id = ${workspaceId} and f.traits ? k.key and f.traits ->> k.key <> ''
    ), shared as (
      select value, array_agg(person_id order by person_id) as people from said
      group by value having count(*) between 2 and ${SHARED_BY_MAX}
    )
    select value, people::text[] as people, (exists (
      select from distinct_pair d join identity l on l.workspace_id = d.workspace_id and l.origin_id = d.low join identity h on h.workspace_id = d.workspace_id and h.origin_id = d.high
      where d.workspace_id = ${workspaceId} and d.low = any(people) and l.person_id = any(people) and h.person_id = any(people)) or exists (
      select from merge m where m.workspace_id = ${workspaceId} and m.taken_back_at is not null and m.low = any(people) and m.high = any(people))) as "keptApart"
    from shared order by cardinality(people) desc, value limit ${limit}`;
}
