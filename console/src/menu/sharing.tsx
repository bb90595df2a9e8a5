/** The draft of a menu that is kept for others: whose it is, since when, and what one may do. */
import { lazy, Suspense, useEffect, useState } from "react";
import { askText } from "../api";
import { type Act, useAct } from "../parts/act";
import { Refusal } from "../parts/refusal";
import { when } from "../parts/when";
import type { Draft as SharedDraft } from "../replies";
import { useMe } from "../session";
import type { Texts } from "./conflict";
import { share, sharedDraftOf, unshare } from "./shared";
import type { Work } from "./work";

// Read when two drafts meet, and not before.
const Conflict = lazy(async () => ({ default: (await import("./conflict")).Conflict }));

export interface Sharing extends Act {
  work: Work;
  /** The draft that is kept. */
  there: SharedDraft | null;
  /** It is the one that the text here goes on from. */
  known: boolean;
  own: boolean;
  isSame: boolean;
  meeting: Texts | null;
  keep: () => Promise<void>;
  remove: () => Promise<void>;
  meet: () => Promise<void>;
  goOn: (text?: string) => void;
}

export function useSharing(work: Work): Sharing {
  const me = useMe();
  const { id, text, base, kept } = work;
  const [there, setThere] = useState<SharedDraft | null>(null);
  const [meeting, setMeeting] = useState<Texts | null>(null);
  const acting = useAct();

  useEffect(() => {
    const look = () => void sharedDraftOf(id).then(setThere, () => undefined);
    look();
    // Somebody else may have kept one while this page lay behind another.
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [id]);

  const known = there !== null && kept?.tag === there.saved;
  return {
    ...acting,
    work,
    there,
    known,
    own: there?.by === me.who,
    isSame: there?.text === text,
    meeting,
    keep: async () => {
      try {
        const saved = await share(id, text, base, there && known ? there.saved : null);
        setThere(saved);
        work.link({ tag: saved.saved, text });
      } catch (error) {
        // Somebody else was faster: theirs is shown beside the reason.
        setThere(await sharedDraftOf(id));
        throw error;
      }
    },
    remove: async () => {
      if (there) await unshare(id, there.saved);
      setThere(null);
      work.link(null);
    },
    meet: async () => {
      let common = kept?.text ?? null;
      if (common === null && base !== null && base === there?.base) {
        const stored = await askText(`menus/${id}/versions/${base}`).catch(() => null);
        common = stored?.body ?? null;
      }
      if (there) setMeeting({ base: common, mine: text, theirs: there.text });
    },
    goOn: (resolved) => {
      if (!there) return;
      // Of two beginnings, the one that is not in force is the older.
      const from = there.base === work.liveVersion && work.changed ? base : there.base;
      work.adopt(resolved ?? there.text, from, { tag: there.saved, text: there.text });
      setMeeting(null);
    },
  };
}

/** What the bar says of the draft. */
export function sharingSays({ there, known, isSame, own }: Sharing): string | null {
  if (!there || !known) return null;
  const at = when(there.saved);
  if (!isSame) return `changed since it was kept for others, ${at}`;
  return own ? `kept for others, ${at}` : `as ${there.by} kept it, ${at}`;
}

export function SharingButtons({ sharing }: { sharing: Sharing }) {
  const { work, there, known, isSame, busy, act, keep, remove } = sharing;
  const mayKeep = there ? known && !isSame : work.changed;
  return (
    <>
      {mayKeep && (
        <button type="button" disabled={busy} onClick={() => void act(keep)}>
          Keep for others
        </button>
      )}
      {there && known && isSame && (
        <button type="button" disabled={busy} onClick={() => void act(remove)}>
          Keep it no longer
        </button>
      )}
    </>
  );
}

/** A draft that is another one than what one works on. */
export function SharingNotice({ sharing, locked }: { sharing: Sharing; locked: boolean }) {
  const { work, there, known, own, isSame, meeting, busy, wrong, act } = sharing;
  const other = there !== null && !known && !isSame;
  if (!other && !wrong) return null;
  return (
    <div className="notice sharing" role="status">
      {wrong && <Refusal error={wrong} />}
      {other && !meeting && (
        <div className="line">
          <span>
            {own ? "You keep" : `${there.by} keeps`} a draft of this menu,{" "}
            <time dateTime={there.saved}>{when(there.saved)}</time>
            {work.changed && "; you changed the menu here as well"}.
          </span>
          {work.changed ? (
            <button type="button" disabled={busy} onClick={() => void act(sharing.meet)}>
              Show both
            </button>
          ) : (
            <button type="button" onClick={() => sharing.goOn()}>
              {locked ? "Show it" : "Go on with it"}
            </button>
          )}
          {own && !locked && (
            <button type="button" disabled={busy} onClick={() => void act(sharing.remove)}>
              Keep it no longer
            </button>
          )}
        </div>
      )}
      {other && meeting && (
        <Suspense>
          <Conflict
            id={work.id}
            title="Two drafts of this menu"
            about={`${own ? "You" : there.by} kept this draft, ${when(there.saved)}.`}
            texts={meeting}
            resolve={sharing.goOn}
            discard={() => sharing.goOn()}
          />
        </Suspense>
      )}
    </div>
  );
}
