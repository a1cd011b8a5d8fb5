import { selectorOf, subjectOf } from "../browser/element.ts";
import { make } from "./dom.ts";

const SAME_MAX = 200;

export type Picker = {
  /** Whether the page is pointed at instead of used. */
  readonly setSelecting: (selecting: boolean) => void;
  /** Marks one element, and others that would count with it. */
  readonly mark: (element: Element | undefined, others?: (selector: string, element: Element) => boolean) => void;
};

/** Lets an operator point at elements of the page: their clicks and keys then are answers, not actions. */
export function createPicker(root: ShadowRoot, onPick: (element: Element) => void): Picker {
  let selecting = true;
  let marked: readonly Element[] = [];
  const hover = make("div", { className: "box", hidden: true });
  const boxes = make("div");
  root.append(boxes, hover);
  const isOurs = (event: Event): boolean => event.composedPath().includes(root.host);
  const place = (box: HTMLElement, element: Element): void => {
    const { left, top, width, height } = element.getBoundingClientRect();
    Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  };
  const draw = (): void => {
    boxes.replaceChildren(
      ...marked.map((element, index) => {
        const box = make("div", { className: index === 0 ? "box" : "box same" });
        place(box, element);
        return box;
      }),
    );
  };
  const targetOf = (event: Event): Element | undefined => (event.target instanceof Element ? subjectOf(event.target) : undefined);
  const hold = (event: Event): void => {
    if (!selecting || isOurs(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const element = targetOf(event);
    if (event.type === "click" && element !== undefined) onPick(element);
  };
  // On the window, before any handler of the page hears of it.
  for (const type of ["click", "pointerdown", "mousedown", "pointerup", "mouseup", "dblclick", "submit"])
    addEventListener(type, hold, true);
  addEventListener(
    "mousemove",
    (event) => {
      const element = targetOf(event);
      hover.hidden = !selecting || isOurs(event) || element === undefined;
      if (element !== undefined) place(hover, element);
    },
    true,
  );
  addEventListener("scroll", draw, true);
  addEventListener("resize", draw);
  return {
    setSelecting: (on) => {
      selecting = on;
      hover.hidden = true;
    },
    mark: (element, others) => {
      const same = others === undefined ? [] : [...document.body.querySelectorAll(element?.localName ?? "*")];
      marked = [
        ...(element === undefined ? [] : [element]),
        ...same.filter((other) => other !== element && others?.(selectorOf(other), other)).slice(0, SAME_MAX),
      ];
      draw();
    },
  };
}
