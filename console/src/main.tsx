import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { Route, Router, Switch } from "wouter";
import "./styles/base.css";
import { askEarly } from "./api";
import { TodayPage } from "./pages/today";
import { Empty, Wait } from "./parts/states";
import { compileRules } from "./rules/compile";
import { SessionGate } from "./session";
import { Shell } from "./shell";

// The page of an emergency loads nothing but what is here.
const menus = () => import("./pages/menus");
const menu = () => import("./menu/page");
const changes = () => import("./menu/changes");
const documents = () => import("./pages/documents");
const MenusPage = lazy(menus);
const MenuPage = lazy(menu);
const PublishPage = lazy(async () => ({ default: (await changes()).PublishPage }));
const VersionsPage = lazy(async () => ({ default: (await changes()).VersionsPage }));
const NumbersPage = lazy(async () => ({ default: (await documents()).NumbersPage }));
const CalendarsPage = lazy(async () => ({ default: (await documents()).CalendarsPage }));
const CalendarPage = lazy(async () => ({ default: (await documents()).CalendarPage }));
const ListsPage = lazy(async () => ({ default: (await documents()).ListsPage }));
const ListPage = lazy(async () => ({ default: (await documents()).ListPage }));

/**
 * Reads what the page of this address needs beside the question who asks, not after it. What takes
 * longest is asked first: without HTTP/2 a browser asks for six things at a time.
 */
function readAhead([, kind, id, changed]: string[]) {
  // A code signs in first.
  if (location.hash) return;
  askEarly("me");
  if (!kind || kind === "today") return;
  if (changed !== "versions") askEarly("folder");
  const page = kind !== "menus" ? documents : changed ? changes : id ? menu : menus;
  // What fails here fails again where it is used.
  Promise.all([compileRules(), page()]).catch(() => {});
}

// A chunk that is gone means that a new console was deployed: read it, once.
window.addEventListener("vite:preloadError", (event) => {
  const once = "console:reloaded";
  if (sessionStorage.getItem(once)) return;
  sessionStorage.setItem(once, "1");
  event.preventDefault();
  location.reload();
});

readAhead(location.pathname.split("/").slice(1));

function App() {
  return (
    <Router base="/console">
      <SessionGate>
        <Shell>
          <Suspense fallback={<Wait what="Opening the page" />}>
            <Switch>
              <Route path="/" component={TodayPage} />
              <Route path="/today" component={TodayPage} />
              <Route path="/menus" component={MenusPage} />
              <Route path="/menus/:id/publish">
                {({ id }) => <PublishPage key={id} id={id} />}
              </Route>
              <Route path="/menus/:id/versions">
                {({ id }) => <VersionsPage key={id} id={id} />}
              </Route>
              <Route path="/menus/:id">{({ id }) => <MenuPage key={id} id={id} />}</Route>
              <Route path="/numbers" component={NumbersPage} />
              <Route path="/calendars" component={CalendarsPage} />
              <Route path="/calendars/:id">{({ id }) => <CalendarPage key={id} id={id} />}</Route>
              <Route path="/lists" component={ListsPage} />
              <Route path="/lists/:id">{({ id }) => <ListPage key={id} id={id} />}</Route>
              <Route>
                <div className="page">
                  <h1>Not found</h1>
                  <Empty>There is no such page.</Empty>
                </div>
              </Route>
            </Switch>
          </Suspense>
        </Shell>
      </SessionGate>
    </Router>
  );
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
