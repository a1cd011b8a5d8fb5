import { Modal, Switch } from "antd";
import type { TextKey } from "../i18n.ts";
import { useText } from "../i18n.ts";
import { setPreferences, usePreferences } from "../preferences.ts";
import "./shortcuts.css";

const SHORTCUTS: readonly (readonly [readonly string[], TextKey])[] = [
  [["Ctrl/⌘ K", "/"], "keys.search"],
  [["g", "h"], "keys.home"],
  [["g", "i"], "keys.insight"],
  [["g", "u"], "keys.users"],
  [["g", "d"], "keys.data"],
  [["g", ","], "keys.settings"],
  [["j", "k"], "keys.rows"],
  [["x"], "keys.tick"],
  [["Enter"], "keys.open"],
  [["Esc"], "keys.close"],
  [["?"], "keys.list"],
];

/** The list of keyboard shortcuts, with the switch that turns single keys off. */
export function ShortcutHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const text = useText();
  const { singleKeys } = usePreferences();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={text("keys.title")} width={440}>
      <dl className="shortcuts">
        {SHORTCUTS.map(([keys, label]) => (
          <div key={label}>
            <dt>{text(label)}</dt>
            <dd>
              {keys.map((key, i) => (
                <span key={key}>
                  {i > 0 ? <small>{keys[0] === "g" ? text("keys.then") : "/"}</small> : null}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="shortcut-switch">
        <Switch size="small" checked={singleKeys} onChange={(checked) => setPreferences({ singleKeys: checked })} />
        <span>
          {text("keys.singleKeys")}
          <small className="muted">{text("keys.singleKeysHint")}</small>
        </span>
      </label>
    </Modal>
  );
}
