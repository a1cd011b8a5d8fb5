import { Select } from "antd";
import { useLanguage } from "../app/i18n.ts";

const CURRENCIES = ["CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD", "AUD", "CAD", "MYR", "THB", "VND", "IDR"];

type Props = { readonly value?: string; readonly onChange?: (value: string) => void; readonly disabled?: boolean; readonly id?: string };

/** Chooses the currency of money figures, by ISO code and name. */
export function CurrencySelect(props: Props) {
  const names = new Intl.DisplayNames([useLanguage()], { type: "currency" });
  return (
    <Select<string>
      showSearch={{ optionFilterProp: "label" }}
      options={CURRENCIES.map((code) => ({ value: code, label: `${code} ${names.of(code) ?? ""}` }))}
      {...props}
    />
  );
}
