/** A text member of a document, however broken the document. */
export function text(json: string, name: string): string | null {
  try {
    const value: unknown = (JSON.parse(json) as Record<string, unknown>)[name];
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

/** What people call a menu: its title, or its id where it has none. */
export function titleOf(menu: string | null | undefined, id: string): string {
  return (menu && text(menu, "title")) || id;
}
