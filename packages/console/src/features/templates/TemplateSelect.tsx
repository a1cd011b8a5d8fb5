import { getTemplate, listTemplates } from "@terrace/contract/api/templates";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import { useQueries } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const OFFERED = 50;
const SEARCH_WAIT_MS = 250;
const STALE_MS = 30_000;

type Props = {
  readonly label: string;
  readonly channel: MessageChannel;
  readonly value?: string;
  readonly onChange?: (template: string) => void;
};

/** Chooses a published template of a channel; typing asks the server, so that all of them can be found. */
export function TemplateSelect({ label, channel, value = "", onChange }: Props) {
  const text = useText();
  const params = useWorkspaceParams();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = { limit: OFFERED, channel, state: "published" as const, ...(search === "" ? {} : { search }) };
  const found = useCall(listTemplates, { params, query }, { keepPrevious: true });
  const offered = found.data?.items ?? [];
  const isOffered = value === "" || offered.some(({ id }) => id === value);
  const chosen = useCall(getTemplate, { params: { ...params, template: value } }, { enabled: !isOffered });
  return (
    <Select<string>
      aria-label={label}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={text("templates.choose")}
      loading={found.isFetching}
      {...(value === "" ? {} : { value })}
      onChange={(next) => onChange?.(next)}
      options={[...(isOffered ? [] : [{ id: value, name: chosen.data?.name ?? value }]), ...offered].map(({ id, name }) => ({
        value: id,
        label: name,
      }))}
      notFoundContent={text(found.isFetching ? "common.loading" : "templates.noneOfChannel")}
    />
  );
}

/** Names of templates by their ids. */
export function useTemplateNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const params = useWorkspaceParams();
  return useQueries({
    queries: ids.map((template) => ({
      queryKey: [getTemplate.id, { params: { ...params, template } }],
      queryFn: () => callRoute(getTemplate, { params: { ...params, template } }),
      staleTime: STALE_MS,
    })),
    combine: (answers) => new Map(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name] as const]))),
  });
}
