import type { Notice, NoticeLanguage } from "@terrace/domain/notify/notice";

/** A message that says that messages arrive. */
export function testNotice(language: NoticeLanguage, by: string): Notice {
  return language === "zh"
    ? { title: "梯田：测试消息", lines: [`${by} 发送了这条测试消息。`, "报告和告警会发到这里。"] }
    : { title: "Terrace: test message", lines: [`Sent by ${by} as a test.`, "Reports and alerts will arrive here."] };
}
