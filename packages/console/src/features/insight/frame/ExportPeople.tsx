import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import type { CallAnswer, CallInput } from "../../../app/api/client.ts";
import { callRoute, looseInput } from "../../../app/api/client.ts";
import { withCursor } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { downloadCsv, toCsv } from "../../../ui/format/csv.ts";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import type { PeopleContract } from "./use-analysis.ts";

const PAGE = 200;

type Props = { readonly people: PeopleContract; readonly input: CallInput<PeopleContract>; readonly name: string };

/** Takes all people behind a figure into a CSV file, page by page; a second click stops it. */
export function ExportPeople({ people, input, name }: Props) {
  const text = useText();
  const format = useFormat();
  const showFault = useFaultMessage();
  const [done, setDone] = useState<number>();
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const run = async () => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    const paged = looseInput<PeopleContract>({ ...input, query: { limit: PAGE } });
    const rows: (readonly [string, string])[] = [];
    let cursor: string | null | undefined = "";
    try {
      while (cursor !== undefined && cursor !== null) {
        setDone(rows.length);
        const page: CallAnswer<PeopleContract> = await callRoute(people, withCursor(paged, cursor, signal));
        rows.push(...page.items.map(({ personId, displayName }) => [personId, displayName] as const));
        cursor = page.nextCursor;
      }
      downloadCsv(name, toCsv([text("insight.personId"), text("insight.person")], rows));
    } catch (error) {
      if (!signal.aborted) showFault(error);
    } finally {
      setDone(undefined);
    }
  };
  return done === undefined ? (
    <Button block icon={<DownloadOutlined />} onClick={() => void run()}>
      {text("insight.exportPeople")}
    </Button>
  ) : (
    <Button block onClick={() => stop.current?.abort()}>
      {text("insight.exporting", { count: format.count(done) })}
    </Button>
  );
}
