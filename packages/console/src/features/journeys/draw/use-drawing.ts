import { useEffect, useState } from "react";
import type { Added } from "./AddNode.tsx";
import { changeNode, ENTRY, insertNode, lead, removeNode, type Definition, type DraftNode, type Way } from "./draft-edits.ts";
import { newNode, newNodeId } from "./new-node.ts";
import type { JourneyDraft } from "./use-journey-draft.ts";
import { useTitleOf, type Drawing } from "./use-flow.ts";

/** What is done on the canvas: which node is chosen and copied, and every edit, with the keys for them. */
export function useDrawing({ draft: { definition }, change, undo, redo }: JourneyDraft, isOn: boolean) {
  const [selected, setSelected] = useState<string>();
  const [copied, setCopied] = useState<DraftNode>();
  const titleOf = useTitleOf(copied === undefined ? definition : { ...definition, nodes: [copied] });
  const put = (next: Definition, of?: string) => change({ definition: next }, of);
  const node = definition.nodes.find(({ id }) => id === selected);
  const add = (way: Way, added: Added) => {
    if (added === "copied" && copied === undefined) return;
    const id = newNodeId(added === "copied" && copied !== undefined ? copied.kind : kindOf(added));
    put(insertNode(definition, way, added === "copied" && copied !== undefined ? { ...copied, id } : newNode(kindOf(added), id)));
    setSelected(id);
  };
  const remove = () => {
    if (node === undefined) return;
    put(removeNode(definition, node.id));
    setSelected(undefined);
  };
  const copy = () => setCopied(node);
  const paste = () => {
    const out = node === undefined ? undefined : Object.keys(node.outs)[0];
    if (selected === ENTRY) add({ from: ENTRY, out: "next" }, "copied");
    else if (node !== undefined && out !== undefined) add({ from: node.id, out }, "copied");
  };
  const copiedName = copied === undefined ? undefined : titleOf(copied.id);
  const leadTo = (way: Way, to: string | undefined) => put(lead(definition, way, to));
  const drawing: Drawing | undefined = isOn ? { add, connect: leadTo, copied: copiedName } : undefined;
  useDraftKeys(isOn ? { undo, redo, remove, copy, paste } : {});
  return {
    drawing,
    selected: node === undefined && selected !== ENTRY ? undefined : selected,
    select: setSelected,
    node,
    copied: copiedName,
    add,
    remove,
    copy,
    lead: leadTo,
    put,
    changeNode: (next: DraftNode, of?: string) => put(changeNode(definition, next), of === undefined ? undefined : `${next.id} ${of}`),
  };
}

function kindOf(added: Added): DraftNode["kind"] {
  return added === "copied" ? "jump" : added;
}

type Keys = { readonly [Key in "undo" | "redo" | "remove" | "copy" | "paste"]?: (() => void) | undefined };

/** Ctrl or ⌘ with Z, Shift+Z or Y, C and V, and Delete, wherever no text is typed or marked. */
function useDraftKeys(keys: Keys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        !(event.target instanceof Element) ||
        event.target.closest("input, textarea, [contenteditable], [role=dialog], .ant-drawer") !== null
      )
        return;
      const does = keyOf(event, keys);
      if (does === undefined) return;
      event.preventDefault();
      does();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}

function keyOf({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent, keys: Keys): (() => void) | undefined {
  if (key === "Delete" || key === "Backspace") return keys.remove;
  if (!ctrlKey && !metaKey) return undefined;
  // What is marked on the page is copied as ever.
  const copy = getSelection()?.isCollapsed === false ? undefined : keys.copy;
  const known = new Map([
    ["z", shiftKey ? keys.redo : keys.undo],
    ["y", keys.redo],
    ["c", copy],
    ["v", keys.paste],
  ]);
  return known.get(key.toLowerCase());
}
