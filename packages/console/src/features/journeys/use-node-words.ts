import type { JourneyDetail } from "@terrace/contract/api/journeys";
import { useText } from "../../app/i18n.ts";
import { useSelectorWords } from "./use-entry-words.ts";

export type DrawnNode = JourneyDetail["definition"]["nodes"][number];
type Length = { readonly amount: number; readonly unit: "minute" | "hour" | "day" | "week" };

/** Ways out that every journey names alike. */
const KNOWN_OUTS = ["next", "otherwise", "timeout", "failed", "done", "late"] as const;

/** Puts nodes and their ways out into words. */
export function useNodeWords() {
  const text = useText();
  const selectorWords = useSelectorWords();
  const length = ({ amount, unit }: Length) => text(`journeys.length.${unit}`, { count: amount });
  const does = (node: DrawnNode): string => {
    switch (node.kind) {
      case "message":
        return text("journeys.does.message", { channel: text(`templates.channelOf.${node.channel}`) });
      case "wait":
        return node.until.kind === "duration"
          ? text("journeys.does.wait", { length: length(node.until.length) })
          : node.until.kind === "time"
            ? text("journeys.does.waitTime", { time: node.until.at })
            : text("journeys.does.waitHour");
      case "events":
        return text("journeys.does.events", {
          events: node.arms.map(({ on }) => selectorWords(on)).join(" / "),
          length: length(node.timeout),
        });
      case "emit":
        return text("journeys.does.emit", { event: node.event });
      case "tag":
        return text("journeys.does.tag", { tags: [...node.add.map((tag) => `+${tag}`), ...node.remove.map((tag) => `−${tag}`)].join(" ") });
      case "trait":
        return text("journeys.does.trait", { traits: Object.keys(node.traits).join(", ") });
      case "task":
        return text("journeys.does.task", { title: node.title });
      default:
        return text(`journeys.kind.${node.kind}`);
    }
  };
  return {
    does,
    /** By its name, else by what it does. */
    title: (node: DrawnNode): string => (node.name === "" ? does(node) : node.name),
    /** A way out by its arm's name, or by the word for it. */
    out: (node: DrawnNode | undefined, out: string): string => {
      const at = node !== undefined && "arms" in node ? node.arms.findIndex(({ key }) => key === out) : -1;
      if (node !== undefined && "arms" in node && at >= 0) {
        const arm = node.arms[at];
        if (arm !== undefined && arm.name !== "") return arm.name;
        return arm !== undefined && "on" in arm ? selectorWords(arm.on) : text("journeys.draw.armOf", { at: at + 1 });
      }
      const known = KNOWN_OUTS.find((one) => one === out);
      return known === undefined ? out : text(`journeys.out.${known}`);
    },
  };
}
