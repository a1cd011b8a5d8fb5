import type { Use } from "@terrace/contract/api/segments";
import type { Db } from "../../platform/storage/postgres.ts";

/** Programs in which those who may invite are the members of a segment, archived ones too: they can be brought back. */
export async function programsNaming({ db }: { readonly db: Db }, workspaceId: number, segmentId: string): Promise<readonly Use[]> {
  const programs = await db<{ id: string; name: string }[]>`
    select program_id::text as id, name from referral_program
    where workspace_id = ${workspaceId} and settings #>> '{whoInvites,segment}' = ${segmentId} order by program_id`;
  return programs.map(({ id, name }) => ({ kind: "referral_program", id, name }));
}
