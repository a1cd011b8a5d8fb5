import type { Text } from "../../app/i18n.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { TimeText } from "../../ui/TimeText.tsx";

type Seen = { readonly firstSeenAt: string; readonly lastSeenAt: string };

/** When a thing came in for the first and for the last time. */
export function seenColumns(text: Text): readonly DataColumn<Seen>[] {
  return [
    {
      key: "first",
      title: text("events.firstSeen"),
      width: 110,
      figure: true,
      render: ({ firstSeenAt }) => <TimeText at={firstSeenAt} form="day" />,
    },
    {
      key: "last",
      title: text("events.lastSeen"),
      width: 150,
      figure: true,
      render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} form="recent" />,
    },
  ];
}
