import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUs from "antd/locale/en_US";
import zhCn from "antd/locale/zh_CN";
import { useEffect } from "react";
import { RouterProvider } from "react-router/dom";
import { queryClient } from "./api/query-client.ts";
import { useLanguage } from "./i18n.ts";
import { router } from "./router.tsx";
import { darkTheme, lightTheme } from "./theme/tokens.ts";
import { useDark } from "./theme/use-screen.ts";
import "./base.css";

/** The console: theme and language around the router. */
export function App() {
  const dark = useDark();
  const language = useLanguage();
  useEffect(() => {
    const { classList } = document.documentElement;
    classList.toggle("dark", dark);
    classList.toggle("light", !dark);
  }, [dark]);
  return (
    <QueryClientProvider client={queryClient}>
      <ConfigProvider theme={dark ? darkTheme : lightTheme} locale={language === "en" ? enUs : zhCn} button={{ autoInsertSpace: false }}>
        <AntApp component={false}>
          <RouterProvider router={router} />
        </AntApp>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
