import { describe, expect, test } from "vitest";
import { isGuessable } from "./password-rules.ts";

const OWN = ["mei.han@example.com", "Han Meimei"];

describe("a password is easily guessed", () => {
  test.each([
    "password123",
    "P@ssw0rd2024!",
    "qwertyuiop",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "1234567890",
    "0987654321",
    "aaaaaaaaaaaa",
    "abcabcabcabc",
    "iloveyou520",
    "woaini1314520",
    "zhangwei19880123",
    "Summer2024!!",
    "welcome12345",
    "administrator1",
    "terrace-2026",
    "hanmeimei1999",
    "mei.han.mei.han",
    "letmeinletmein",
    "basketball23",
  ])("%s", (password) => expect(isGuessable(password, OWN)).toBe(true));
});

describe("a password is not", () => {
  test.each([
    "correct horse battery",
    "first long password",
    "a new long password",
    "k7#Vq92mzR",
    "土豆 雨伞 三号线",
    "梅雨季节记得带伞出门",
    "tr0ub4dor&3xylo",
    "lamp orbit kettle nine",
    " leading and trailing ",
  ])("%s", (password) => expect(isGuessable(password, OWN)).toBe(false));

  test("for somebody else's name", () => {
    expect(isGuessable("gregorsamsa77", ["gregor@samsa.example"])).toBe(true);
    expect(isGuessable("gregorsamsa77", OWN)).toBe(false);
  });
});

test("a long password is judged quickly", () => {
  const began = performance.now();
  isGuessable("ab1".repeat(340), OWN);
  isGuessable("qwertyuiop".repeat(102), OWN);
  expect(performance.now() - began).toBeLessThan(1_000);
});
