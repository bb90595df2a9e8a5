/** One menu: picture or outline beside form, JSON and phone. */
import { Redo2, Undo2 } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useLoad } from "../parts/load";
import { Empty, Failure, Wait } from "../parts/states";
import { document, type Finding, type Library, readLibrary } from "../rules";
import { useMe, whyNot } from "../session";
import { runScripts, useCalls } from "./calls";
import { type Draft, draftOf, testsOf } from "./drafts";
import { FindingsBar } from "./findings";
import { NodeForm } from "./form";
import type { Editor } from "./json";
import { layoutWorker } from "./layout";
import { Outline } from "./outline";
import { PhonePanel, type PhoneState } from "./phone";
import { PictureView, type Seen } from "./picture";
import { nodeOf } from "./place";
import { Search } from "./search";
import { goOnFrom } from "./shared";
import { SharingButtons, SharingNotice, sharingSays, useSharing } from "./sharing";
import { pointer, put, useWork } from "./work";
import "../styles/menu.css";

// A menu is seen before its text is, and the editor is half of what this page reads.
const jsonEditor = () => import("./json");
const JsonEditor = lazy(async () => ({ default: (await jsonEditor()).JsonEditor }));

// It starts while the menu is still being read.
layoutWorker();

export default function MenuPage({ id }: { id: string }) {
  const { data, error, reload } = useLoad(async () => {
    const [library, kept, tests] = await Promise.all([readLibrary(), draftOf(id), testsOf(id)]);
    // A menu that nobody published may lie there as somebody's draft.
    const isThere = kept !== null || document(library, "menus", id) !== null;
    return { library, draft: isThere ? kept : await goOnFrom(id), tests };
  }, id);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading the menu" />;
  const known = data.library.documents.some((one) => one.kind === "menus" && one.id === id);
  if (!known && !data.draft) {
    return (
      <Empty>
        There is no menu {id}. <Link href="/menus">All menus</Link>
      </Empty>
    );
  }
  return <MenuWork key={id} id={id} {...data} />;
}

const TABS = ["form", "json", "phone"] as const;
type Tab = (typeof TABS)[number];
const NAMES: Record<Tab, string> = { form: "Form", json: "JSON", phone: "Phone" };
const NO_EXITS: ReadonlySet<string> = new Set();
const NOBODY: PhoneState = { path: [], here: null };

function isNarrow(): boolean {
  return window.matchMedia("(max-width: 760px)").matches;
}

function MenuWork({
  id,
  library,
  draft,
  tests,
}: {
  id: string;
  library: Library;
  draft: Draft | null;
  tests: string | null;
}) {
  const work = useWork(library, id, draft, tests);
  const sharing = useSharing(work);
  const shared = sharingSays(sharing);
  const me = useMe();
  const locked = whyNot(me, "edit");
  const [search, setSearch] = useSearchParams();
  const [tab, setTab] = useState<Tab>("form");
  const [view, setView] = useState<"picture" | "outline">(() =>
    isNarrow() ? "outline" : "picture",
  );
  const [phone, setPhone] = useState<PhoneState>(NOBODY);
  const [goal, setGoal] = useState<Seen["goal"]>(null);
  const editor = useRef<Editor>(null);
  // The editor waits until the menu is seen: its code takes as long to read as the picture's.
  const [edits, setEdits] = useState(view === "outline");
  const drawn = useCallback(() => {
    // Safari has no such thing.
    if ("requestIdleCallback" in window)
      requestIdleCallback(() => setEdits(true), { timeout: 500 });
    else setEdits(true);
  }, []);
  const panel = useRef<HTMLDivElement>(null);
  const node = search.get("node");
  const nodes = (work.json?.nodes ?? {}) as Record<string, unknown>;
  // The steps that were chosen, in turn.
  const trail = useRef<string[]>([]);

  const select = useCallback(
    (chosen: string | null) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (chosen === null) after.delete("node");
          else after.set("node", chosen);
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );

  const choose = useCallback(
    (chosen: string | null, stay = false) => {
      select(chosen);
      if (chosen === null) return;
      setTab((now) => (now === "phone" ? now : "form"));
      // Where the panel lies below the outline, it is brought into view.
      if (isNarrow() && !stay) requestAnimationFrame(() => panel.current?.scrollIntoView());
    },
    [select],
  );

  // Where the chosen step is undone, the one before it is shown again.
  const isThere = work.json === null || node === null || node.startsWith("@") || node in nodes;
  useEffect(() => {
    if (node === null) trail.current = [];
    else if (isThere) trail.current = [...trail.current.filter((one) => one !== node), node];
    // Not while one writes its name in the text.
    else if (tab === "form") select(trail.current.findLast((one) => one in nodes) ?? null);
  }, [node, nodes, isThere, tab, select]);

  useEffect(() => {
    const title = work.picture?.title || id;
    window.document.title = `${title} · edge-ivr console`;
  }, [work.picture?.title, id]);

  const { checked, findings } = work;
  const { calls, why } = useCalls(library, tab === "phone" || work.tests !== null);
  const run = useMemo(() => {
    // A menu with errors cannot be called, and a menu without tests has none that take a way.
    const broken = findings.some((finding) => finding.error);
    if (!calls || work.tests === null || broken) return null;
    return runScripts(calls, id, checked, work.tests);
  }, [calls, id, checked, work.tests, findings]);
  const missed = useMemo(() => {
    const exits = run?.missed.map((exit) => `${exit.node}|${exit.exit}`);
    return exits ? new Set(exits) : NO_EXITS;
  }, [run]);

  async function show(pointer: string) {
    setTab("json");
    await jsonEditor();
    requestAnimationFrame(() => editor.current?.reveal(pointer));
  }

  /** Opens the form at a place, or at the nearest there is a field for. */
  function openForm(pointer: string) {
    choose(nodeOf(pointer), true);
    setTab("form");
    // Its form is drawn by then.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
          const field = panel.current?.querySelector(`[data-at="${CSS.escape(at)}"]`);
          if (!field) continue;
          const around = field.closest("details");
          if (around) around.open = true;
          field.scrollIntoView({ block: "center" });
          field
            .querySelector<HTMLElement>("input, select, textarea")
            ?.focus({ preventScroll: true });
          return;
        }
        panel.current?.scrollIntoView({ block: "nearest" });
      }),
    );
  }

  /** Notes that advice is meant so: at the step it is about, else at the menu. */
  function allow({ pointer: at, code }: Finding) {
    const step = nodeOf(at);
    const above = step === null ? "" : pointer("nodes", step);
    const holder = (step === null ? work.json : nodes[step]) as { allow?: unknown };
    work.change(
      Array.isArray(holder.allow) ? put(`${above}/allow/-`, code) : put(`${above}/allow`, [code]),
    );
  }

  const names = useMemo(() => {
    const of = (kind: string) =>
      library.documents.filter((one) => one.kind === kind).map((one) => one.id);
    return { menus: of("menus"), calendars: of("calendars"), lists: of("lists") };
  }, [library]);

  const seen: Seen | null = work.picture && {
    picture: work.picture,
    menu: id,
    findings: work.findings,
    path: phone.path,
    here: phone.here,
    missed,
    chosen: node,
    goal,
    choose,
    drawn,
  };

  return (
    <div className="menu-page">
      <header className="menu-bar">
        <div className="menu-title">
          <h1>{work.picture?.title || id}</h1>
          <span className="quiet">
            {work.liveVersion === null
              ? "Callers do not hear it yet"
              : work.changed
                ? "You changed it; callers hear the published one"
                : "As callers hear it"}
            {shared && ` · ${shared}`}
          </span>
        </div>
        <div className="buttons">
          <button
            type="button"
            className="icon"
            aria-label="Undo"
            disabled={!!locked}
            onClick={() => editor.current?.undo()}
          >
            <Undo2 size={16} aria-hidden="true" />
          </button>
          <button
            type="button"
            className="icon"
            aria-label="Redo"
            disabled={!!locked}
            onClick={() => editor.current?.redo()}
          >
            <Redo2 size={16} aria-hidden="true" />
          </button>
          {work.changed && work.live !== null && (
            <button type="button" onClick={work.discard}>
              Discard changes
            </button>
          )}
          {!locked && <SharingButtons sharing={sharing} />}
          <Link href={`/menus/${id}/versions`} className="button">
            Versions
          </Link>
          <Link href={`/menus/${id}/publish`} className="button primary">
            Publish…
          </Link>
        </div>
      </header>
      <div className="notices">
        {locked && <p className="notice">{locked} You can look at everything and call the menu.</p>}
        <SharingNotice sharing={sharing} locked={locked !== null} />
      </div>
      <section className="stage" aria-label="The menu">
        <fieldset className="segments">
          <legend className="sr">Show the menu as</legend>
          {(["picture", "outline"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={view === one}
              onClick={() => setView(one)}
            >
              {one === "picture" ? "Picture" : "Outline"}
            </button>
          ))}
        </fieldset>
        {!seen && <Empty>{work.undrawn ?? "Nothing to draw yet."}</Empty>}
        {seen && view === "picture" && (
          <Search
            cards={seen.picture.cards}
            go={(step) => {
              choose(step, true);
              setGoal({ step });
            }}
          />
        )}
        {seen && (view === "picture" ? <PictureView seen={seen} /> : <Outline seen={seen} />)}
      </section>
      <section className="panel" aria-label="The step, the text, the phone" ref={panel}>
        <div role="tablist" className="tabs" aria-label="What to work with">
          {TABS.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              aria-selected={tab === one}
              aria-controls={`panel-${one}`}
              tabIndex={tab === one ? 0 : -1}
              onClick={() => setTab(one)}
              onKeyDown={(event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (!step) return;
                const next = TABS[(TABS.indexOf(one) + step + TABS.length) % TABS.length] ?? one;
                setTab(next);
                window.document.getElementById(`tab-${next}`)?.focus();
              }}
            >
              {NAMES[one]}
            </button>
          ))}
        </div>
        <div role="tabpanel" id="panel-form" aria-labelledby="tab-form" hidden={tab !== "form"}>
          <NodeForm work={work} node={node} choose={choose} locked={locked !== null} />
        </div>
        <div
          role="tabpanel"
          id="panel-json"
          aria-labelledby="tab-json"
          hidden={tab !== "json"}
          className="json-panel"
        >
          <Suspense fallback={<Wait what="Reading the editor" />}>
            {(edits || tab === "json" || !seen) && (
              <JsonEditor
                ref={editor}
                file={work.file}
                text={work.text}
                write={work.write}
                findings={work.findings}
                names={names}
                locked={locked !== null}
              />
            )}
          </Suspense>
        </div>
        <div role="tabpanel" id="panel-phone" aria-labelledby="tab-phone" hidden={tab !== "phone"}>
          {tab === "phone" && calls && (
            <PhonePanel work={work} calls={calls} run={run} tell={setPhone} />
          )}
          {tab === "phone" &&
            !calls &&
            (why ? <Empty>{why}</Empty> : <Wait what="Reading the phone" />)}
        </div>
      </section>
      <FindingsBar
        findings={work.findings}
        undrawn={work.undrawn}
        show={(pointer) => void show(pointer)}
        open={work.json ? openForm : null}
        allow={work.json && !locked ? allow : null}
      />
    </div>
  );
}
