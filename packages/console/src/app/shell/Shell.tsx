import { useState } from "react";
import { Outlet, useLocation } from "react-router";
import { OutwardHoldBanner } from "../../features/backups/OutwardHoldBanner.tsx";
import { AttentionContext, useAskAttention } from "../../features/attention/use-attention.ts";
import { useText } from "../i18n.ts";
import { setPreferences, usePreferences } from "../preferences.ts";
import { useNarrow, usePhone } from "../theme/use-screen.ts";
import { CommandPalette } from "./CommandPalette.tsx";
import { NavDrawer } from "./NavDrawer.tsx";
import { PageBoundary } from "./PageBoundary.tsx";
import { ShortcutHelp } from "./ShortcutHelp.tsx";
import { SideNav } from "./SideNav.tsx";
import { TopBar } from "./TopBar.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import "./shell.css";

/** The frame of every page inside a workspace: navigation at the left, search and account on top, the page below. */
export function Shell() {
  const text = useText();
  const phone = usePhone();
  const narrow = useNarrow();
  const { pathname } = useLocation();
  const { siderCollapsed } = usePreferences();
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  const [navOpen, setNavOpen] = useState(false);
  useShortcuts({ onSearch: () => setSearching(true), onHelp: () => setHelping(true) });
  const attention = useAskAttention();
  const collapsed = narrow || siderCollapsed;
  return (
    <AttentionContext value={attention}>
      <div className={`shell ${collapsed ? "shell-collapsed" : ""}`}>
        <a className="skip-link" href="#content">
          {text("nav.skip")}
        </a>
        {phone ? (
          <NavDrawer open={navOpen} onClose={() => setNavOpen(false)} />
        ) : (
          <SideNav collapsed={collapsed} onFold={() => setPreferences({ siderCollapsed: !siderCollapsed })} foldable={!narrow} />
        )}
        <div className="shell-main">
          <TopBar onSearch={() => setSearching(true)} onHelp={() => setHelping(true)} onMenu={() => setNavOpen(true)} />
          <OutwardHoldBanner />
          <main id="content" className="shell-content" tabIndex={-1}>
            <PageBoundary key={pathname}>
              <Outlet />
            </PageBoundary>
          </main>
        </div>
        {searching ? <CommandPalette onClose={() => setSearching(false)} /> : null}
        <ShortcutHelp open={helping} onClose={() => setHelping(false)} />
      </div>
    </AttentionContext>
  );
}
