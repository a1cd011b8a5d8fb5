import type { Notice, NoticeLanguage } from "@terrace/domain/notify/notice";
import { reportHtml } from "@terrace/domain/insight/reports/report-html";
import { layOut } from "@terrace/domain/insight/reports/report-layout";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import { reportNotice, reportTitle } from "@terrace/domain/insight/reports/report-words";
import type { ReportDeps } from "./report-deps.ts";
import { reportPdf } from "./report-pdf.ts";

/** What targets are told, in both languages: lines for chats, HTML and a PDF for e-mail. */
export async function noticesOf(
  deps: Pick<ReportDeps, "db" | "notify" | "publicUrl">,
  claimed: { readonly workspaceId: number; readonly id: string; readonly targetIds: readonly string[] },
  content: ReportContent,
): Promise<Readonly<Record<NoticeLanguage, Notice>>> {
  const url = reportUrl(deps.publicUrl, claimed.workspaceId, claimed.id);
  const spoken = new Set((await deps.notify.languagesOf(deps.db, claimed.workspaceId, claimed.targetIds)).values());
  const of = async (language: NoticeLanguage): Promise<Notice> => {
    const notice = reportNotice(content, language, url ?? "");
    const { link, ...rest } = notice;
    const short = { ...rest, ...(url === undefined ? {} : { link }), data: content };
    if (!spoken.has(language)) return short;
    const layout = layOut(content, language);
    const pdf = Buffer.from(await reportPdf(layout)).toString("base64");
    const attachments = [{ name: `${reportTitle(content, language)}.pdf`, type: "application/pdf", base64: pdf }];
    return { ...short, html: reportHtml(layout, { forMail: true, url }), attachments };
  };
  return { zh: await of("zh"), en: await of("en") };
}

/** Where a report is read; undefined while nobody said under which address. */
export function reportUrl(publicUrl: string | undefined, workspaceId: number, id: string): string | undefined {
  return publicUrl === undefined ? undefined : new URL(`/w/${workspaceId}/insight/reports/${id}`, publicUrl).href;
}
