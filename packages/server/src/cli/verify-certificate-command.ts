import { isJsonObject, type JsonObject } from "@terrace/domain/json";
import { createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { verifyCertificate, type Verdict } from "../modules/rights/module.ts";

const HELP = `terrace verify-certificate <file> [--key <file>]

Checks the certificate of an erasure: that nobody changed it since the installation signed it. Needs neither Terrace nor its data.

  --key <file>   the installation's public key (PEM, from Settings → Erasures or GET …/erasures/key): the certificate must be signed with it.
                 Without it only the key inside the certificate is used; compare the key id that is printed
  --help         this text

Exit codes: 0 valid, 1 not valid, 2 wrong call.
`;

type Io = {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
};

const EXIT = { valid: 0, invalid: 1, usage: 2 } as const;

const WORDS: Readonly<Record<Exclude<Verdict["state"], "valid">, string>> = {
  forged: "NOT VALID: the certificate was changed after it was signed.",
  foreign: "NOT VALID: the certificate was signed with another key than the one given.",
  unreadable: "NOT VALID: the file holds no certificate.",
};

/** Runs `terrace verify-certificate`; resolves with the exit code. */
export async function runVerifyCertificateCommand(argv: readonly string[], io: Io): Promise<number> {
  let text: string;
  let key: KeyObject | undefined;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: { key: { type: "string" }, help: { type: "boolean" } },
    });
    const [file] = positionals;
    if (values.help === true) {
      io.stdout.write(HELP);
      return EXIT.valid;
    }
    if (file === undefined) throw new Error("Name the file of the certificate");
    text = await readFile(file, "utf8");
    key = values.key === undefined ? undefined : createPublicKey(await readFile(values.key));
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return EXIT.usage;
  }
  const { state, statement = {}, keyId = "" } = verifyCertificate(text, key);
  io.stdout.write(`${state === "valid" ? `valid: ${told(statement)}` : WORDS[state]}\n${keyId === "" ? "" : `signed with key ${keyId}\n`}`);
  return state === "valid" ? EXIT.valid : EXIT.invalid;
}

function told(statement: JsonObject): string {
  const { number, workspace, people, ids, requestedAt, finishedAt, removed, repeats } = statement;
  const counts = isJsonObject(removed)
    ? Object.entries(removed).flatMap(([store, own]) =>
        isJsonObject(own) ? Object.entries(own).map(([what, count]) => `  ${store}: ${what.replaceAll("_", " ")} ${textOf(count)}`) : [],
      )
    : [];
  return [
    `erasure ${textOf(number)} of ${textOf(workspace)}: ${textOf(people)} ${people === 1 ? "person" : "people"}, ${textOf(ids)} ids`,
    `  requested ${textOf(requestedAt)}, finished ${textOf(finishedAt)}`,
    ...(isJsonObject(repeats)
      ? [
          `  repeats erasure ${textOf(repeats["number"])} of ${textOf(repeats["erasedAt"])}, after a backup of ${textOf(repeats["backupOf"])} was restored`,
        ]
      : []),
    ...counts,
  ].join("\n");
}

function textOf(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
