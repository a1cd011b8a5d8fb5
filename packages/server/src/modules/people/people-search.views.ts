import type { Db } from "../../platform/storage/postgres.ts";

/** Sorts after every text that continues another one. */
const LAST_CHARACTER = "\u{10FFFF}";
const FOUND_BY_START_MAX = 1_000;
const TERMS_BY_START_MAX = 50;

/** People whose user id or member number starts with a text, in any case; the first thousand, those of whom it is all of the id, and whether there are more. */
export async function findByIdStart(
  db: Db,
  workspaceId: number,
  text: string,
): Promise<{ readonly people: readonly string[]; readonly whole: readonly string[]; readonly isCut: boolean }> {
  const start = text.toLowerCase();
  const rows = await db<{ personId: string; isWhole: boolean }[]>`
    select person_id as "personId", lower(value) collate "C" = ${start} as "isWhole" from identity
    where workspace_id = ${workspaceId} and kind in ('user_id', 'member_no') and class = '' and lower(value) collate "C" >= ${start} and lower(value) collate "C" < ${start + LAST_CHARACTER}
    order by lower(value) collate "C" limit ${FOUND_BY_START_MAX + 1}`;
  const found = rows.slice(0, FOUND_BY_START_MAX);
  return {
    people: found.map(({ personId }) => personId),
    whole: found.filter(({ isWhole }) => isWhole).map(({ personId }) => personId),
    isCut: rows.length > FOUND_BY_START_MAX,
  };
}

/** The different terms of the index that start with one; undefined when they are more than fifty. Each costs one look into the index. */
export async function findTermsByStart(db: Db, workspaceId: number, start: string): Promise<readonly string[] | undefined> {
  const end = start + LAST_CHARACTER;
  const rows = await db<{ term: string }[]>`
    with recursive found (term) as (
      (select term from person_term where workspace_id = ${workspaceId} and term >= ${start} and term < ${end} order by term limit 1)
      union all
      select (select t.term from person_term t where t.workspace_id = ${workspaceId} and t.term > found.term and t.term < ${end} order by t.term limit 1) from found where found.term is not null)
    select term from found where term is not null limit ${TERMS_BY_START_MAX + 1}`;
  return rows.length > TERMS_BY_START_MAX ? undefined : rows.map(({ term }) => term);
}

/** Those of some terms that the index has: trying people for the others would only cost. */
export async function findTerms(db: Db, workspaceId: number, terms: readonly string[]): Promise<readonly string[]> {
  const rows = await db<{ term: string }[]>`
    select term from unnest(${terms}::text[]) as asked (term)
    where exists (select from person_term t where t.workspace_id = ${workspaceId} and t.term = asked.term collate "C" offset 0)`;
  return rows.map(({ term }) => term);
}
