const TEXT_LENGTH_MAX = 64;
const DEPTH_MAX = 12;
const INTERACTIVE = "a,button,label,summary,input,select,textarea,option,[role=button],[role=tab],[role=menuitem],[onclick]";
const FIELDS = "input,select,textarea,[contenteditable]";

/** What a click is about: the link or button around the place clicked, else that place. */
export function subjectOf(target: Element): Element {
  return target.closest(INTERACTIVE) ?? target;
}

/** Whether the page wants an element left alone: it, or something around it, is marked; passwords always are. */
export function isIgnored(element: Element): boolean {
  return element.closest("[data-terrace-ignore],input[type=password]") !== null;
}

/** The way to an element from the nearest one with an id: `#list > li:nth-of-type(2) > button.buy`. */
export function selectorOf(element: Element): string {
  const steps: string[] = [];
  for (let at: Element | null = element; at !== null && at !== document.body && steps.length < DEPTH_MAX; at = at.parentElement) {
    if (isLasting(at.id)) {
      steps.unshift(`#${at.id}`);
      break;
    }
    const { localName } = at;
    const alike = [...(at.parentElement?.children ?? [])].filter((sibling) => sibling.localName === localName);
    const classes = [...at.classList].filter(isLasting).slice(0, 3);
    steps.unshift([localName, ...classes].join(".") + (alike.length > 1 ? `:nth-of-type(${alike.indexOf(at) + 1})` : ""));
  }
  return steps.join(" > ");
}

/** Ids and classes with several digits are made by a program and change with every release. */
function isLasting(name: string): boolean {
  return /^[a-z][\w-]{0,40}$/i.test(name) && !/\d.*\d.*\d/.test(name);
}

/** What an element says, cut; nothing of fields and of what people type, and of a mere container only its own words. */
export function textOf(element: Element, lengthMax = TEXT_LENGTH_MAX): string {
  if (element.matches(FIELDS) || element.querySelector(FIELDS + ",[data-terrace-ignore]") !== null) return "";
  const nodes = element.matches(INTERACTIVE) ? [element] : [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  const text = nodes.map(({ textContent }) => textContent).join(" ");
  return (text.trim() === "" ? (element.getAttribute("aria-label") ?? "") : text).replaceAll(/\s+/g, " ").trim().slice(0, lengthMax);
}
