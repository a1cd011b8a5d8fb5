import { useFormat } from "../app/workspace/use-format.ts";

type TimeTextProps = {
  readonly at: string | null | undefined;
  readonly form?: "table" | "recent" | "clock" | "clockSeconds" | "words" | "day";
  readonly className?: string;
};

/** A time in the workspace's zone; hovering names the zone. */
export function TimeText({ at, form = "table", className }: TimeTextProps) {
  const format = useFormat();
  const shown = {
    table: format.tableTime,
    recent: format.recent,
    clock: (value: typeof at) => format.clock(value),
    clockSeconds: (value: typeof at) => format.clock(value, true),
    words: format.dayTimeWords,
    day: format.day,
  }[form](at);
  if (at === null || at === undefined || at === "") return <span className="muted">{shown}</span>;
  return (
    <time dateTime={at} title={`${format.tableTime(at)} (${format.timeZone})`} {...(className === undefined ? {} : { className })}>
      {shown}
    </time>
  );
}
