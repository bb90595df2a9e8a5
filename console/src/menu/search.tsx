/** Finds a step of the picture by its name or its words, and goes there. */
import { useEffect, useId, useRef, useState } from "react";
import type { Card } from "../rules";
import { Mark } from "./family";
import { find } from "./find";

/** More are not read through; one writes another word. */
const SHOWN = 8;

export function Search({ cards, go }: { cards: Card[]; go: (step: string) => void }) {
  const [written, setWritten] = useState("");
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const found = written.trim() === "" ? [] : find(cards, written);
  const shown = found.slice(0, SHOWN);
  const isOpen = open && written.trim() !== "";

  useEffect(() => {
    function slash(event: KeyboardEvent) {
      const { target } = event;
      const writes =
        target instanceof HTMLElement &&
        (target.matches("input, textarea, select") || target.shadowRoot !== null);
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    }
    window.addEventListener("keydown", slash);
    return () => window.removeEventListener("keydown", slash);
  }, []);

  function take(card: Card | undefined) {
    if (!card) return;
    setOpen(false);
    go(card.id);
  }

  return (
    <div className="search">
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label="Find a step"
        aria-expanded={isOpen}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && shown[at] ? `${list}-${at}` : undefined}
        placeholder="Find a step (press /)"
        autoComplete="off"
        value={written}
        onChange={({ target }) => {
          setWritten(target.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step && shown.length > 0) {
            event.preventDefault();
            setOpen(true);
            setAt((at + step + shown.length) % shown.length);
          } else if (event.key === "Enter") {
            event.preventDefault();
            take(shown[at]);
          } else if (event.key === "Escape" && isOpen) {
            event.preventDefault();
            setOpen(false);
          }
        }}
      />
      <div id={list} role="listbox" aria-label="Steps found" hidden={!isOpen || shown.length === 0}>
        {shown.map((card, place) => (
          // The field keeps the focus; its keys choose.
          <div
            key={card.id}
            id={`${list}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            onMouseDown={(event) => {
              event.preventDefault();
              take(card);
            }}
          >
            <Mark family={card.family} />
            <strong>{card.name}</strong>
            <span className="quiet">{card.prompt || card.says}</span>
          </div>
        ))}
      </div>
      {isOpen && found.length !== shown.length && (
        <p className="quiet more-found">{found.length - shown.length} more</p>
      )}
      <p className={isOpen && found.length === 0 ? "quiet none-found" : "sr"} role="status">
        {isOpen && (found.length === 0 ? "No step has these words." : `${found.length} found`)}
      </p>
    </div>
  );
}
