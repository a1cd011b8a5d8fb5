/** Sides of the picture, in CSS pixels. */
const MARGIN = 20;
const SCALE = 2;

type Pen = CanvasRenderingContext2D;

function fill(pen: Pen, rect: DOMRect, colour: string, radius: number): void {
  if (colour === "rgba(0, 0, 0, 0)" || colour === "transparent" || rect.width === 0 || rect.height === 0) return;
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(rect.x, rect.y, rect.width, rect.height, Math.min(radius, rect.width / 2, rect.height / 2));
  pen.fill();
}

const SIDES = [
  ["Top", (r: DOMRect, w: number) => [r.x, r.y, r.width, w]],
  ["Bottom", (r: DOMRect, w: number) => [r.x, r.bottom - w, r.width, w]],
  ["Left", (r: DOMRect, w: number) => [r.x, r.y, w, r.height]],
  ["Right", (r: DOMRect, w: number) => [r.right - w, r.y, w, r.height]],
] as const;

function borders(pen: Pen, rect: DOMRect, look: CSSStyleDeclaration): void {
  for (const [side, place] of SIDES) {
    const width = Number.parseFloat(look[`border${side}Width`]);
    if (width === 0 || look[`border${side}Style`] === "none" || look[`border${side}Color`] === "rgba(0, 0, 0, 0)") continue;
    const [x = 0, y = 0, w = 0, h = 0] = place(rect, width);
    pen.fillStyle = look[`border${side}Color`];
    pen.fillRect(x, y, w, h);
  }
}

/** A text line by line, as the page broke it. */
function linesOf(node: Text): readonly { readonly text: string; readonly rect: DOMRect }[] {
  const range = document.createRange();
  range.selectNodeContents(node);
  const [first, second] = range.getClientRects();
  if (first === undefined) return [];
  if (second === undefined) return [{ text: node.data.trim(), rect: first }];
  const lines = new Map<number, { text: string; rect: DOMRect }>();
  for (let at = 0; at < node.data.length; at += 1) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const [rect] = range.getClientRects();
    if (rect === undefined) continue;
    const line = lines.get(Math.round(rect.top));
    if (line === undefined) lines.set(Math.round(rect.top), { text: node.data[at] ?? "", rect });
    else line.text += node.data[at] ?? "";
  }
  return [...lines.values()];
}

function writeText(pen: Pen, node: Text, look: CSSStyleDeclaration): void {
  if (node.data.trim() === "" || look.color === "rgba(0, 0, 0, 0)") return;
  pen.font = `${look.fontStyle} ${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  pen.fillStyle = look.color;
  pen.textBaseline = "middle";
  for (const { text, rect } of linesOf(node)) pen.fillText(text, rect.x, rect.y + rect.height / 2 + 1);
}

function paint(pen: Pen, node: Node): void {
  if (node instanceof Text) {
    if (node.parentElement !== null) writeText(pen, node, getComputedStyle(node.parentElement));
    return;
  }
  if (!(node instanceof HTMLElement) || node.dataset["png"] === "skip" || node.classList.contains("visually-hidden")) return;
  const look = getComputedStyle(node);
  if (look.display === "none" || look.visibility === "hidden") return;
  const rect = node.getBoundingClientRect();
  pen.save();
  pen.globalAlpha *= Number.parseFloat(look.opacity);
  if (look.overflowX !== "visible") {
    pen.beginPath();
    pen.rect(rect.x, rect.y, rect.width, rect.height);
    pen.clip();
  }
  fill(pen, rect, look.backgroundColor, Number.parseFloat(look.borderTopLeftRadius) || 0);
  borders(pen, rect, look);
  if (node instanceof HTMLCanvasElement) pen.drawImage(node, rect.x, rect.y, rect.width, rect.height);
  for (const child of node.childNodes) paint(pen, child);
  pen.restore();
}

function headLines(pen: Pen, title: string, notes: readonly string[], look: CSSStyleDeclaration): void {
  pen.fillStyle = look.color;
  pen.textBaseline = "top";
  pen.font = `600 16px ${look.fontFamily}`;
  if (title !== "") pen.fillText(title, 0, 0);
  pen.font = `400 12px ${look.fontFamily}`;
  pen.globalAlpha = 0.7;
  notes.forEach((note, i) => pen.fillText(note, 0, (title === "" ? 0 : 26) + i * 18));
  pen.globalAlpha = 1;
}

/** What stands in an element of the page, as a picture with a title and notes above it; what carries `data-png="skip"` is left out. */
export async function pictureOf(element: HTMLElement, title: string, notes: readonly string[]): Promise<Blob> {
  const rect = element.getBoundingClientRect();
  const head = (title === "" ? 8 : 34) + notes.length * 18;
  const canvas = document.createElement("canvas");
  canvas.width = (rect.width + 2 * MARGIN) * SCALE;
  canvas.height = (rect.height + head + 2 * MARGIN) * SCALE;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser draws no pictures");
  const body = getComputedStyle(document.body);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--ant-color-bg-container") || "#FFFFFF";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.translate(MARGIN, MARGIN);
  headLines(pen, title, notes, body);
  pen.translate(-rect.x, head - rect.y);
  paint(pen, element);
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, "image/png");
  });
  if (blob === null) throw new Error("the picture is too large");
  return blob;
}

/** Hands a file to the browser as a download. */
export function downloadBlob(fileName: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName.replaceAll(/[\\/:*?"<>|]/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
