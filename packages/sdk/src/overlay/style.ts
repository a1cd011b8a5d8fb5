/** The console's look, small: one accent on neutral greys, system faces. */
export const STYLE = `
:host { all: initial; }
* { box-sizing: border-box; font: 13px/20px Inter, "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; color: #1B1F1D; }
.box { position: fixed; pointer-events: none; border: 2px solid #2F7D5C; border-radius: 3px; background: rgba(47,125,92,.12); z-index: 2147483646; }
.box.same { border: 1px dashed #2F7D5C; background: rgba(47,125,92,.06); }
.panel { position: fixed; right: 16px; bottom: 16px; width: 340px; max-width: calc(100vw - 32px); max-height: calc(100vh - 32px); overflow: auto; background: #fff;
  border: 1px solid #DCE0DD; border-radius: 8px; box-shadow: 0 8px 28px rgba(0,0,0,.16); z-index: 2147483647; }
header { display: flex; gap: 8px; align-items: center; padding: 10px 12px; border-bottom: 1px solid #E8EBE9; }
header strong { font-weight: 600; }
header span { color: #67716B; margin-right: auto; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
main { padding: 12px; display: grid; gap: 10px; }
p { margin: 0; color: #535D58; }
p.good { color: #2F7D5C; }
p.bad { color: #C4372B; }
fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 4px; min-width: 0; }
legend { padding: 0 0 4px; color: #67716B; font-size: 12px; }
label { display: grid; grid-template-columns: 16px 1fr auto; gap: 6px; align-items: baseline; cursor: pointer; }
label code { grid-column: 2 / 4; color: #67716B; font: 11px/16px ui-monospace, Consolas, monospace; overflow-wrap: anywhere; }
label b { font-weight: 400; color: #535D58; font-variant-numeric: tabular-nums; }
input[type=text] { width: 100%; height: 30px; padding: 0 8px; border: 1px solid #DCE0DD; border-radius: 6px; background: #fff; }
input { accent-color: #2F7D5C; margin: 0; }
button { height: 28px; padding: 0 10px; border: 1px solid #DCE0DD; border-radius: 6px; background: #fff; cursor: pointer; white-space: nowrap; }
button.on, button.primary { background: #2F7D5C; border-color: #2F7D5C; color: #fff; }
button:focus-visible, input:focus-visible { outline: 2px solid #2F7D5C; outline-offset: 2px; }
.row { display: flex; gap: 8px; justify-content: flex-end; }
`;
