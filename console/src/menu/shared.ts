/** Drafts that lie on the Worker: for another browser, or for somebody else. */
import { ApiError, ask } from "../api";
import type { Draft as SharedDraft } from "../replies";
import type { Draft } from "./drafts";

export async function sharedDraftOf(menu: string): Promise<SharedDraft | null> {
  try {
    return (await ask<SharedDraft>(`drafts/${menu}`)).body;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The draft that is kept for others, as one's own to go on with. */
export async function goOnFrom(menu: string): Promise<Draft | null> {
  const there = await sharedDraftOf(menu);
  if (!there) return null;
  const { text, base, saved } = there;
  return { menu, text, base, kept: { tag: saved, text } };
}

/** Keeps a draft in the place of the one seen before, and of no other. */
export async function share(
  menu: string,
  text: string,
  base: string | null,
  seen: string | null,
): Promise<SharedDraft> {
  const body = JSON.stringify(base === null ? { text } : { text, base });
  return (await ask<SharedDraft>(`drafts/${menu}`, { method: "PUT", body, ifMatch: seen })).body;
}

export async function unshare(menu: string, seen: string): Promise<void> {
  await ask(`drafts/${menu}`, { method: "DELETE", body: "{}", ifMatch: seen });
}
