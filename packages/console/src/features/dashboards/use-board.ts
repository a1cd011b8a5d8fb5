import type { BoardSettings } from "@terrace/contract/api/dashboards";
import { boardSettingsSchema } from "@terrace/contract/api/dashboards";
import type { Overrides } from "@terrace/domain/insight/boards/override-query";
import type { Json } from "@terrace/domain/json";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { readQuery, sameQuery, writeQuery } from "../insight/frame/query-text.ts";

/** What holds for all tiles: the dashboard's own settings, or what stands in the address in their place. */
export function useBoardSettings(own: BoardSettings) {
  const [search, setSearch] = useSearchParams();
  const text = search.get("o");
  const settings = useMemo((): BoardSettings => {
    const read = boardSettingsSchema.safeParse(readQuery(text));
    return read.success ? read.data : own;
  }, [text, own]);
  const change = useCallback(
    (next: BoardSettings) =>
      setSearch((now) => {
        const params = new URLSearchParams(now);
        if (sameQuery(next, own)) params.delete("o");
        else params.set("o", writeQuery(next));
        return params;
      }),
    [own, setSearch],
  );
  return { settings, change, changed: !sameQuery(settings, own) };
}

/** What of the settings holds for the queries of tiles. */
export function overridesOf({ period, filters }: BoardSettings): Overrides {
  // Read from JSON, where a part that is undefined is not there.
  return { period: period as Json | undefined, filters };
}
