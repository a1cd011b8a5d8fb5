import { createKey, listKeys } from "@terrace/contract/api/access";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** The write key made on this page, kept in memory only: leaving the console forgets it, as everywhere else. */
export function useWriteKey() {
  const text = useText();
  const client = useQueryClient();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const queryKey = ["write-key", params.workspace];
  const { data } = useQuery<string>({ queryKey, queryFn: () => "", staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY });
  const make = useChange(createKey, [listKeys]);
  const keep = (key: string) => client.setQueryData(queryKey, key.trim());
  return {
    writeKey: data ?? "",
    keep,
    make: () =>
      make.mutate(
        { params, body: { kind: "write", name: text("start.keyName") } },
        { onSuccess: ({ secret }) => keep(secret), onError: showFault },
      ),
    making: make.isPending,
  };
}
