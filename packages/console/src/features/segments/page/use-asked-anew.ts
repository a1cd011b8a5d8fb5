import type { RouteContract } from "@terrace/contract/route";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

/** Asks a route again when what is followed has changed; what was shown stays on screen meanwhile. */
export function useAskedAnew({ id }: RouteContract, stamp: string): void {
  const client = useQueryClient();
  const last = useRef(stamp);
  useEffect(() => {
    if (last.current === stamp) return;
    last.current = stamp;
    void client.invalidateQueries({ queryKey: [id] });
  }, [client, id, stamp]);
}
