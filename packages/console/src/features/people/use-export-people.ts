import type { PersonRow } from "@terrace/contract/api/people";
import { listPeople } from "@terrace/contract/api/people";
import { useState } from "react";
import type { z } from "zod";
import type { CallInput } from "../../app/api/client.ts";
import { callRoute } from "../../app/api/client.ts";
import { withCursor } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { downloadCsv, toCsv } from "../../ui/format/csv.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { traitText } from "../person/trait-text.ts";
import { traitKeys } from "./people-columns.ts";

/** More rows than this are not fetched through the browser. */
export const EXPORT_ROWS_MAX = 5000;
const PAGE_ROWS = 200;

/** Exports people as CSV: the rows on screen, or the matches up to a limit. Personal values stay masked. */
export function useExportPeople(query: z.input<(typeof listPeople)["query"]>) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [busy, setBusy] = useState(false);

  const exportLoaded = (rows: readonly PersonRow[]) => {
    const traits = traitKeys(rows);
    const header = ["people.name", "people.state", "people.identities", "people.tags", "people.firstSeen", "people.lastSeen"] as const;
    const cells = rows.map((row) => [
      row.displayName,
      text(row.identified ? "people.identified" : "people.anonymous"),
      row.identities.map(({ kind, value }) => `${text(`identity.${kind}`)} ${value}`).join("; "),
      row.tags.join("; "),
      format.tableTime(row.firstSeenAt),
      format.tableTime(row.lastSeenAt),
      ...traits.map((key) => (row.traits[key] === undefined ? "" : traitText(row.traits[key], format))),
    ]);
    downloadCsv(`${text("nav.people")} ${format.day(Date.now())}`, toCsv([...header.map((key) => text(key)), ...traits], cells));
  };

  const exportMatches = async () => {
    setBusy(true);
    try {
      const input: CallInput<typeof listPeople> = { params, query: { ...query, limit: PAGE_ROWS } };
      const rows: PersonRow[] = [];
      let cursor: string | undefined = "";
      while (cursor !== undefined && rows.length < EXPORT_ROWS_MAX) {
        const page: { items: PersonRow[]; nextCursor?: string | undefined } = await callRoute(
          listPeople,
          withCursor<typeof listPeople>(input, cursor),
        );
        rows.push(...page.items);
        cursor = page.nextCursor;
      }
      exportLoaded(rows.slice(0, EXPORT_ROWS_MAX));
    } catch (error) {
      showFault(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, exportLoaded, exportMatches };
}
