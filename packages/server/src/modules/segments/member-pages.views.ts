import type { Tx } from "../../platform/storage/postgres.ts";

/** A member, and how far they are among all of a segment: in order of when they entered, and `stay` where several did at one instant. */
export type Member = { readonly personId: string; readonly at: string; readonly stay: string };
export type PageAsked = {
  readonly atMs: number;
  readonly after: Pick<Member, "at" | "stay"> | undefined;
  readonly limit: number;
};

/** Those who were in a segment at an instant and still are, after one on. */
export async function loadMembersAt(
  tx: Tx,
  workspaceId: number,
  segmentId: string,
  { atMs, after, limit }: PageAsked,
): Promise<readonly Member[]> {
  return tx<Member[]>`
    select person_id as "personId", entered_at::text as at, stay_id as stay from segment_member
    where workspace_id = ${workspaceId} and segment_id = ${segmentId} and entered_at <= ${new Date(atMs)}
      ${after === undefined ? tx`` : tx`and (entered_at, stay_id) > (${after.at}::text::timestamptz, ${after.stay}::bigint)`}
    order by entered_at, stay_id limit ${limit}`;
}
