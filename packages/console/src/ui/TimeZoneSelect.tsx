import { Select } from "antd";

const FIRST = [
  "Asia/Shanghai",
  "Asia/Hong_Kong",
  "Asia/Taipei",
  "Asia/Singapore",
  "Asia/Tokyo",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
  "UTC",
];
const ZONES = [...new Set([...FIRST, ...Intl.supportedValuesOf("timeZone")])];

type Props = { readonly value?: string; readonly onChange?: (value: string) => void; readonly disabled?: boolean; readonly id?: string };

/** Chooses an IANA time zone; the common ones stand first. */
export function TimeZoneSelect(props: Props) {
  return <Select<string> showSearch options={ZONES.map((zone) => ({ value: zone, label: zone }))} {...props} />;
}
