import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** How links in messages and the page of preferences work in a workspace. */
export type LinkSettings = {
  /** The transactional mail that asks to confirm an address; null: consent to e-mail counts at once. */
  readonly confirmTemplate: string | null;
  readonly trackOpens: boolean;
  readonly trackClicks: boolean;
};

export const LINK_SETTINGS: LinkSettings = { confirmTemplate: null, trackOpens: true, trackClicks: true };

export async function loadLinkSettings(db: Db | Tx, workspaceId: number): Promise<LinkSettings> {
  const [row] = await db<LinkSettings[]>`
    select confirm_template as "confirmTemplate", track_opens as "trackOpens", track_clicks as "trackClicks"
    from preference_centre where workspace_id = ${workspaceId}`;
  return row ?? LINK_SETTINGS;
}

export async function saveLinkSettings(
  tx: Tx,
  workspaceId: number,
  { confirmTemplate, trackOpens, trackClicks }: LinkSettings,
  by: { readonly actor: string; readonly at: Date },
): Promise<void> {
  await tx`
    insert into preference_centre (workspace_id, confirm_template, track_opens, track_clicks, changed_by, changed_at)
    values (${workspaceId}, ${confirmTemplate}, ${trackOpens}, ${trackClicks}, ${by.actor}, ${by.at})
    on conflict (workspace_id) do update set confirm_template = excluded.confirm_template, track_opens = excluded.track_opens,
      track_clicks = excluded.track_clicks, changed_by = excluded.changed_by, changed_at = excluded.changed_at`;
}
