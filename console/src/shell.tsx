/** What every page stands in: the rail of pages, who one is, and the way out. */
import { CalendarDays, Hash, ListChecks, LogOut, Phone, Siren, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { ask } from "./api";
import { useMe } from "./session";

const PAGES = [
  { to: "/", name: "Today", Icon: Siren },
  { to: "/menus", name: "Menus", Icon: Workflow },
  { to: "/numbers", name: "Numbers", Icon: Hash },
  { to: "/calendars", name: "Calendars", Icon: CalendarDays },
  { to: "/lists", name: "Lists", Icon: ListChecks },
] as const;

export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const me = useMe();
  const here = (to: string) =>
    to === "/" ? location === "/" || location === "/today" : location.startsWith(to);

  async function signOut() {
    if (me.sign_out?.startsWith("/cdn-cgi/")) {
      window.location.assign(me.sign_out);
      return;
    }
    await ask("session", { method: "DELETE" }).catch(() => undefined);
    window.location.reload();
  }

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="rail">
        <span className="brand">
          <Phone aria-hidden="true" size={18} /> <span>edge-ivr</span>
        </span>
        <nav aria-label="Pages">
          {PAGES.map(({ to, name, Icon }) => (
            <Link key={to} href={to} aria-current={here(to) ? "page" : undefined}>
              <Icon aria-hidden="true" size={18} />
              <span>{name}</span>
            </Link>
          ))}
        </nav>
        <div className="who">
          <span title={me.who}>
            {me.who}
            <small>{me.role}</small>
          </span>
          {me.sign_out && (
            <button type="button" className="icon" onClick={signOut} aria-label="Sign out">
              <LogOut aria-hidden="true" size={16} />
            </button>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
