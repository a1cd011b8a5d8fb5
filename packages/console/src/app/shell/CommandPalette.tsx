import { SearchOutlined } from "@ant-design/icons";
import { Input, Modal } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useText } from "../i18n.ts";
import type { PaletteEntry } from "./use-palette.ts";
import { ALL_PEOPLE_KEY, usePalette } from "./use-palette.ts";
import "./palette.css";

/** Search over people, events, pages and actions; all by keyboard. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [index, setIndex] = useState(0);
  const { groups, searching } = usePalette(query);
  const entries = groups.flatMap((group) => group.entries);
  const nothing = !searching && query.trim() !== "" && entries.every(({ key }) => key === ALL_PEOPLE_KEY);
  const chosen = entries[Math.min(index, entries.length - 1)];
  const run = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    onClose();
    if (entry.to === undefined) entry.run?.();
    else void navigate(entry.to);
  };
  const press = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setIndex((at) => (Math.min(at, entries.length - 1) + step + entries.length) % Math.max(1, entries.length));
    }
    // Enter that ends the composition of Chinese characters is not a choice.
    if (event.key === "Enter" && !event.nativeEvent.isComposing) run(chosen);
  };
  return (
    <Modal
      open
      footer={null}
      closable={false}
      onCancel={onClose}
      width={600}
      style={{ top: 72 }}
      className="palette"
      aria-label={text("palette.title")}
      styles={{ container: { padding: 0 } }}
    >
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={text("palette.placeholder")}
        value={query}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={chosen === undefined ? "" : `palette-${chosen.key}`}
        aria-label={text("palette.title")}
        onChange={(event) => {
          setQuery(event.target.value);
          setIndex(0);
        }}
        onKeyDown={press}
      />
      <div id="palette-list" role="listbox" aria-label={text("palette.title")} className={`palette-list ${searching ? "refetching" : ""}`}>
        {nothing ? <p className="muted palette-none">{text("palette.none", { query })}</p> : null}
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className="palette-group">{group.title}</div>
            {group.entries.map((entry) => (
              <PaletteRow key={entry.key} entry={entry} chosen={entry === chosen} onRun={() => run(entry)} />
            ))}
          </div>
        ))}
      </div>
      <div className="palette-foot">{text("palette.hint")}</div>
    </Modal>
  );
}

function PaletteRow({ entry, chosen, onRun }: { readonly entry: PaletteEntry; readonly chosen: boolean; readonly onRun: () => void }) {
  return (
    <div
      id={`palette-${entry.key}`}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      className={`palette-row ${chosen ? "chosen" : ""}`}
      onClick={onRun}
      onKeyDown={(event) => {
        if (event.key === "Enter") onRun();
      }}
      ref={(element) => {
        if (chosen) element?.scrollIntoView({ block: "nearest" });
      }}
    >
      <span className="ellipsis">{entry.label}</span>
      <small className="muted ellipsis">{entry.detail}</small>
    </div>
  );
}
