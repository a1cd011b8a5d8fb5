import { Select } from "antd";
import type { ReactNode } from "react";
import { useText } from "../app/i18n.ts";

type Props = {
  readonly label: string;
  readonly className?: string;
  /** What is chosen, by its value; undefined for nothing. */
  readonly value: string | undefined;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly options: readonly { readonly value: string; readonly label: string; readonly detail?: ReactNode }[];
  /** The server has more than is offered. */
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  /** What is said where nothing is found. */
  readonly none: string;
  readonly onSearch: (typed: string) => void;
  readonly onChoose: (value: string) => void;
};

/** Chooses one of many that the server looks for, and says so where not all of them are offered. */
export function SearchSelect(props: Props) {
  const { label, className, value, placeholder, disabled = false, options, hasMore, isAsking, none, onSearch, onChoose } = props;
  const text = useText();
  return (
    <Select<string | null>
      {...(className === undefined ? {} : { className })}
      {...(placeholder === undefined ? {} : { placeholder })}
      aria-label={label}
      disabled={disabled}
      showSearch={{ filterOption: false, onSearch }}
      loading={isAsking}
      value={value ?? null}
      onChange={(chosen) => chosen === null || onChoose(chosen)}
      popupMatchSelectWidth={false}
      options={[...options]}
      optionRender={({ data }) => (
        <span className="search-option">
          {data.label}
          {data.detail}
        </span>
      )}
      popupRender={(list) => (
        <>
          {list}
          {hasMore ? <p className="search-more">{text("common.moreFound")}</p> : null}
        </>
      )}
      notFoundContent={isAsking ? text("common.loading") : none}
    />
  );
}
