import { TranslationOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { LANGUAGES } from "../../ui/format/language.ts";
import { changeLanguage, useLanguage, useText } from "../i18n.ts";
import { LANGUAGE_NAMES } from "../locale/language-names.ts";
import "./icon-button.css";

/** Chooses the language of the console; each is named in itself. */
export function LanguageSwitch() {
  const text = useText();
  const language = useLanguage();
  const items = LANGUAGES.map((one) => ({
    key: one,
    label: <span lang={one}>{LANGUAGE_NAMES[one]}</span>,
    onClick: () => void changeLanguage(one),
  }));
  return (
    <Dropdown trigger={["click"]} menu={{ items, selectedKeys: [language] }}>
      <Button type="text" className="icon-button" aria-label={text("top.language")} icon={<TranslationOutlined />} />
    </Dropdown>
  );
}
