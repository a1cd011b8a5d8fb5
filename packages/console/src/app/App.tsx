import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUs from "antd/locale/en_US";
import zhCn from "antd/locale/zh_CN";
import { useEffect, useMemo } from "react";
import { RouterProvider } from "react-router/dom";
import { queryClient } from "./api/query-client.ts";
import { useLanguage } from "./i18n.ts";
import { router } from "./router.tsx";
import { darkTheme, lightTheme } from "./theme/tokens.ts";
import { useDark, useStill } from "./theme/use-screen.ts";
import "./base.css";

/** The console: theme and language around the router. */
export function App() {
  const dark = useDark();
  const still = useStill();
  const language = useLanguage();
  // The components wait for the ends of their movements; where there are none (base.css) they must not.
  const theme = useMemo(() => {
    const base = dark ? darkTheme : lightTheme;
    return still ? { ...base, token: { ...base.token, motion: false } } : base;
  }, [dark, still]);
  useEffect(() => {
    const { classList } = document.documentElement;
    classList.toggle("dark", dark);
    classList.toggle("light", !dark);
  }, [dark]);
  return (
    <QueryClientProvider client={queryClient}>
      <ConfigProvider theme={theme} locale={language === "en" ? enUs : zhCn} button={{ autoInsertSpace: false }}>
        <AntApp component={false}>
          <RouterProvider router={router} />
        </AntApp>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
