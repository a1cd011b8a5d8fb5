import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";

/** The field of a list's filters that searches while one types; `label` says in what. */
export function SearchInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Input
      className="filter-search"
      allowClear
      prefix={<SearchOutlined />}
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
