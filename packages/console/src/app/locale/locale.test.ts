import { UNFIT_REASONS } from "@terrace/domain/experiments/unit-metric";
import { readdirSync, readFileSync } from "node:fs";
import { AUDIT_ACTIONS } from "@terrace/contract/audit-actions";
import { FAULTS } from "@terrace/contract/faults";
import { describe, expect, test } from "vitest";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";

const CONSOLE = new URL("../../", import.meta.url).pathname;
const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;
/** Words between tags or in the attributes people read or hear: `>Save<`, `placeholder="Search"`. */
const SCREEN_WORDS =
  /(?:\b(?:title|label|placeholder|alt|aria-label|okText|cancelText|subTitle|description|content|extra|tooltip)="[^"]*[A-Za-z]{2})|(?:<[A-Za-z][^<>]*[^=]>\s*[A-Z][a-z]+[^<>{}=;()]*<\/)/;

const withoutPlural = (key: string) => key.replace(/_(?:one|other)$/, "");
const base = (texts: Readonly<Record<string, string>>) => [...new Set(Object.keys(texts).map(withoutPlural))].toSorted();
const valuesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted();
const withoutComments = (code: string) => code.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");

describe("the texts of the console", () => {
  test("are the same in both languages, key by key", () => {
    expect(base(en)).toEqual(base(zhCn));
  });

  test("stand in one section each", () => {
    const keys = readdirSync(`${CONSOLE}app/locale/zh-cn`).flatMap((file) =>
      [...readFileSync(`${CONSOLE}app/locale/zh-cn/${file}`, "utf8").matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key),
    );
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    expect(keys).toHaveLength(Object.keys(zhCn).length);
  });

  test("fill in the same values in both languages", () => {
    const english: Readonly<Record<string, string>> = en;
    const differing = Object.entries(zhCn).filter(([key, text]) => {
      const other = english[key] ?? "";
      return (
        valuesOf(text)
          .filter((name) => name !== "count")
          .join() !==
        valuesOf(other)
          .filter((name) => name !== "count")
          .join()
      );
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  test("say what the audit log tells of", () => {
    const told = Object.keys(en).filter((key) => /^audit\.\w+\.\w+$/.test(key));
    expect(told.toSorted()).toEqual(AUDIT_ACTIONS.map((action) => `audit.${action}`).toSorted());
  });

  test("have a singular in English for every plural", () => {
    const missing = Object.keys(en).filter((key) => key.endsWith("_other") && !(key.replace(/_other$/, "_one") in en));
    expect(missing).toEqual([]);
  });

  test("are all asked for somewhere, as a whole or put together from a known beginning", () => {
    const code = readdirSync(CONSOLE, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !path.includes("locale/"))
      .map((path) => readFileSync(CONSOLE + path, "utf8"))
      .join("\n");
    const beginnings = [...code.matchAll(/`([a-zA-Z_.]+\.)\$\{/g)].map(([, beginning]) => beginning ?? "");
    expect(base(zhCn).filter((key) => !code.includes(`"${key}"`) && !beginnings.some((beginning) => key.startsWith(beginning)))).toEqual(
      [],
    );
  });

  test("say every fault the server can answer with, in both languages", () => {
    const unsaid = (texts: Readonly<Record<string, string>>) => Object.keys(FAULTS).filter((code) => (texts[`fault.${code}`] ?? "") === "");
    expect(unsaid(zhCn)).toEqual([]);
    expect(unsaid(en)).toEqual([]);
  });

  test("say why a metric is none of an experiment, in both languages", () => {
    const keys = UNFIT_REASONS.map((reason) => `fault.experiment.metric_unfit.${reason}`);
    expect(keys.filter((key) => base(zhCn).every((one) => one !== key) || base(en).every((one) => one !== key))).toEqual([]);
  });

  test("quote names as each language does", () => {
    expect(Object.entries(en).flatMap(([key, text]) => (/[「」]/.test(text) ? [key] : []))).toEqual([]);
    expect(Object.entries(zhCn).flatMap(([key, text]) => (/[“”]/.test(text) ? [key] : []))).toEqual([]);
  });

  test("put a space between Chinese and digits or values", () => {
    const cramped = Object.entries(zhCn).filter(([, text]) => /[\u4e00-\u9fff]\d|\d[\u4e00-\u9fff]/.test(text));
    expect(cramped.map(([key]) => key)).toEqual([]);
  });
});

describe("the screens", () => {
  const files = readdirSync(CONSOLE, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx"))
    .map((path) => ({ path, code: withoutComments(readFileSync(CONSOLE + path, "utf8")) }));

  test("hold no Chinese text", () => {
    expect(files.filter(({ code }) => CJK.test(code)).map(({ path }) => path)).toEqual([]);
  });

  test("hold no English text outside of the locale", () => {
    expect(
      files.flatMap(({ path, code }) =>
        code
          .split("\n")
          .filter((line) => SCREEN_WORDS.test(line))
          .map((line) => `${path}: ${line.trim()}`),
      ),
    ).toEqual([]);
  });
});
