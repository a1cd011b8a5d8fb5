import { DownloadOutlined } from "@ant-design/icons";
import { listMessages, type MessageView } from "@terrace/contract/api/messages";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { downloadCsv, toCsv } from "../../ui/format/csv.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Filters } from "./MessageFilters.tsx";
import { sourceWords, standingWords } from "./message-words.ts";

const PAGE = 200;

/** Takes all messages that the filters let through into a CSV file, page by page; a second click stops it. */
export function ExportMessages({ filters }: { readonly filters: Filters }) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [done, setDone] = useState<number>();
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const line = (row: MessageView) => [
    row.askedAt,
    row.person?.id ?? "",
    row.person?.displayName ?? "",
    text(`templates.channelOf.${row.channel}`),
    row.template,
    text(`messages.stateOf.${row.state}`),
    standingWords(row, format),
    sourceWords(row, text),
    row.source.id,
    row.reference,
  ];
  const run = async () => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    const rows: ReturnType<typeof line>[] = [];
    let cursor: string | undefined;
    try {
      do {
        setDone(rows.length);
        const query = { limit: PAGE, ...filters, ...(cursor === undefined ? {} : { cursor }) };
        const page = await callRoute(listMessages, { params, query, signal });
        rows.push(...page.items.map(line));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      downloadCsv(text("nav.messages"), toCsv(text("messages.columns").split("|"), rows));
    } catch (error) {
      if (!signal.aborted) showFault(error);
    } finally {
      setDone(undefined);
    }
  };
  return done === undefined ? (
    <Button icon={<DownloadOutlined />} onClick={() => void run()}>
      {text("messages.export")}
    </Button>
  ) : (
    <Button onClick={() => stop.current?.abort()}>{text("insight.exporting", { count: format.count(done) })}</Button>
  );
}
