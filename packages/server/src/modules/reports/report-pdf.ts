import Document from "pdfkit";
import type { ChartPlan } from "@terrace/domain/insight/reports/chart-plan";
import { wordOf, type ReportLayout } from "@terrace/domain/insight/reports/report-layout";
import type { FindingLevel } from "@terrace/domain/insight/reports/report";
import { fontOf, splitByFont } from "./pdf-fonts.ts";

const PAGE = { size: "A4", margin: 48 } as const;
const WIDTH = 595.28 - 2 * PAGE.margin;
const BOTTOM = 841.89 - PAGE.margin;
const COLOUR: Readonly<Record<FindingLevel, string>> = { good: "#1F5FB0", bad: "#A64B00", neutral: "#1B1F1D" };
const GREY = "#67716B";
const LINE = "#E8EBE9";

type Doc = InstanceType<typeof Document>;
type Written = { readonly size: number; readonly colour: string; readonly x: number; readonly width: number };

/** A report as PDF, with those parts of a Chinese font in it that it needs. */
export async function reportPdf(layout: ReportLayout): Promise<Uint8Array> {
  const doc = new Document({ ...PAGE, info: { Title: layout.title, Author: layout.workspace, Producer: "Terrace" }, compress: true });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    doc.on("end", resolve);
    doc.on("error", reject);
  });
  write(doc, layout);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function write(doc: Doc, layout: ReportLayout): void {
  paragraph(doc, layout.workspace, { size: 9, colour: GREY });
  paragraph(doc, layout.title, { size: 17, colour: COLOUR.neutral });
  paragraph(doc, layout.about, { size: 9, colour: GREY });
  heading(doc, wordOf("findings", layout.language));
  for (const { text, level } of layout.findings) paragraph(doc, `· ${text}`, { size: 10, colour: COLOUR[level] });
  doc.y += 6;
  grid(
    doc,
    layout.head,
    layout.figures.map(({ name, cells }) => [{ text: name, level: "neutral" as const }, ...cells]),
  );
  for (const { title, note, head, rows } of layout.sections) {
    room(doc, 80);
    heading(doc, title);
    if (note !== "") paragraph(doc, note, { size: 9, colour: GREY });
    if (head.length === 0) continue;
    grid(
      doc,
      head,
      rows.map(({ name, cells }) => [{ text: name, level: "neutral" as const }, ...cells]),
    );
  }
  for (const { title, plan } of layout.charts) {
    const scale = WIDTH / plan.width;
    room(doc, plan.height * scale + 30);
    heading(doc, title);
    chart(doc, plan, scale);
  }
  for (const { title, head, rows } of layout.tables) {
    room(doc, 60);
    heading(doc, title);
    grid(
      doc,
      head,
      rows.map((row) => row.map((text) => ({ text, level: "neutral" as const }))),
    );
  }
  doc.y += 10;
  paragraph(doc, layout.foot, { size: 8, colour: GREY });
}

/** Begins a page when less than so much is left on this one. */
function room(doc: Doc, height: number): void {
  if (doc.y + height > BOTTOM) doc.addPage();
}

function heading(doc: Doc, text: string): void {
  doc.y += 10;
  paragraph(doc, text, { size: 12, colour: COLOUR.neutral });
}

function paragraph(doc: Doc, text: string, { size, colour }: Pick<Written, "size" | "colour">): void {
  for (const line of wrapped(doc, text, { size, width: WIDTH })) {
    room(doc, size * 1.6);
    words(doc, line, { size, colour, x: PAGE.margin, width: WIDTH }, "left");
    doc.y += size * 1.55;
  }
}

function grid(
  doc: Doc,
  head: readonly string[],
  rows: readonly (readonly { readonly text: string; readonly level: FindingLevel }[])[],
): void {
  const first = 0.26;
  const widths = head.map((_, index) => (index === 0 ? first : (1 - first) / Math.max(1, head.length - 1)) * WIDTH);
  const row = (cells: readonly { readonly text: string; readonly level: FindingLevel }[], isHead: boolean): void => {
    room(doc, 18);
    let x = PAGE.margin;
    for (const [index, { text, level }] of cells.entries()) {
      const width = widths[index] ?? 0;
      const colour = isHead ? GREY : COLOUR[level];
      words(
        doc,
        fitting(doc, text, { size: 9, width: width - 6 }),
        { size: 9, colour, x, width: width - 6 },
        index === 0 ? "left" : "right",
      );
      x += width;
    }
    doc.y += 16;
    doc
      .moveTo(PAGE.margin, doc.y - 3)
      .lineTo(PAGE.margin + WIDTH, doc.y - 3)
      .lineWidth(0.5)
      .stroke(LINE);
  };
  row(
    head.map((text) => ({ text, level: "neutral" as const })),
    true,
  );
  for (const cells of rows) row(cells, false);
}

function chart(doc: Doc, plan: ChartPlan, scale: number): void {
  const top = doc.y;
  doc.save().translate(PAGE.margin, top).scale(scale);
  for (const mark of plan.marks) {
    if (mark.kind === "path") {
      doc.path(mark.d).lineWidth(mark.width);
      if (mark.dashed) doc.dash(4, { space: 3 });
      else doc.undash();
      doc.stroke(mark.colour);
    } else if (mark.kind === "bar") doc.rect(mark.x, mark.y, mark.width, mark.height).fill(mark.colour);
    else if (mark.kind === "dot") doc.circle(mark.x, mark.y, mark.radius).fill(mark.colour);
    else {
      const width = widthOf(doc, mark.text, 11);
      const x = mark.anchor === "start" ? mark.x : mark.anchor === "end" ? mark.x - width : mark.x - width / 2;
      doc.y = mark.y - 10;
      words(doc, mark.text, { size: 11, colour: mark.colour, x, width }, "left");
    }
  }
  doc.undash().restore();
  doc.y = top + plan.height * scale + 4;
}

/** Writes one line at the present height, each run in the part of the font that has its characters. */
function words(doc: Doc, text: string, { size, colour, x, width }: Written, align: "left" | "right"): void {
  const y = doc.y;
  let at = align === "left" ? x : x + width - widthOf(doc, text, size);
  for (const { part, run } of splitByFont(text)) {
    inFont(doc, part).fontSize(size).fillColor(colour);
    doc.text(run, at, y, { lineBreak: false });
    at += doc.widthOfString(run);
  }
  doc.y = y;
}

function widthOf(doc: Doc, text: string, size: number): number {
  return splitByFont(text).reduce((sum, { part, run }) => sum + inFont(doc, part).fontSize(size).widthOfString(run), 0);
}

function fitting(doc: Doc, text: string, { size, width }: { readonly size: number; readonly width: number }): string {
  if (widthOf(doc, text, size) <= width) return text;
  let kept = [...text];
  while (kept.length > 1 && widthOf(doc, `${kept.join("")}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}

/** Lines no wider than the page: Chinese breaks anywhere, other words at spaces. */
function wrapped(doc: Doc, text: string, { size, width }: { readonly size: number; readonly width: number }): readonly string[] {
  const pieces = text.match(/[^\s\u2E80-\uFFFF]+\s*|[\u2E80-\uFFFF]|\s+/g) ?? [];
  const lines: string[] = [""];
  for (const piece of pieces) {
    const longer = `${lines.at(-1) ?? ""}${piece}`;
    if (widthOf(doc, longer.trimEnd(), size) <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}

const registered = new WeakMap<Doc, Set<string>>();

/** Under a name a document holds a part once, however often it is written in. */
function inFont(doc: Doc, part: string): Doc {
  const known = registered.get(doc) ?? new Set();
  registered.set(doc, known);
  if (!known.has(part)) doc.registerFont(part, fontOf(part));
  known.add(part);
  return doc.font(part);
}
