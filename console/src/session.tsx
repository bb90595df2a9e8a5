/** Who works here, and what they may do. */
import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
} from "react";
import { type ApiError, ask, SIGNED_OUT } from "./api";
import { Failure, Wait } from "./parts/states";
import type { Me } from "./replies";

const Session = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(Session);
  if (!me) throw new Error("a page without a session");
  return me;
}

/** Why one may not do something; nothing when one may. */
export function whyNot(me: Me, what: "emergency" | "edit" | "publish"): string | null {
  if (me.role === "publisher") return null;
  if (what === "publish") return `Only a publisher may do this; you are ${me.role}.`;
  if (me.role === "editor" || (what === "emergency" && me.emergency)) return null;
  return `Only an editor or a publisher may do this; you are ${me.role}.`;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const [me, setMe] = useState<Me | null>(null);
  const [trouble, setTrouble] = useState<ApiError | null>(null);
  const [out, setOut] = useState(false);

  const look = useCallback(async () => {
    try {
      const code = new URLSearchParams(location.hash.slice(1)).get("code");
      if (code) {
        // A code is good once: it does not stay in the address.
        history.replaceState(null, "", location.pathname + location.search);
        await ask("session", { method: "POST", body: JSON.stringify({ code }) });
      }
      setMe((await ask<Me>("me")).body);
      setOut(false);
      setTrouble(null);
    } catch (error) {
      const problem = error as ApiError;
      if (problem.status === 401) setOut(true);
      else setTrouble(problem);
    }
  }, []);

  useEffect(() => {
    void look();
    const signedOut = () => setOut(true);
    window.addEventListener(SIGNED_OUT, signedOut);
    return () => window.removeEventListener(SIGNED_OUT, signedOut);
  }, [look]);

  if (trouble) return <Failure error={trouble} retry={() => void look()} />;
  if (!me && out) return <SignIn done={() => void look()} />;
  if (!me) return <Wait what="Asking who you are" />;
  return (
    <Session value={me}>
      {out && (
        <div className="veil">
          <SignIn done={() => void look()} again />
        </div>
      )}
      {children}
    </Session>
  );
}

function SignIn({ done, again = false }: { done: () => void; again?: boolean }) {
  const [token, setToken] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setWrong("");
    try {
      await ask("session", { method: "POST", body: JSON.stringify({ token }) });
      setToken("");
      done();
    } catch (error) {
      const problem = error as ApiError;
      setWrong(
        problem.status === 401
          ? "That is not the token. It is the setting ADMIN_TOKEN of the Worker."
          : `${problem.message}. ${problem.detail}`,
      );
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form onSubmit={submit} className="sheet">
        <h1>{again ? "Sign in again" : "Sign in"}</h1>
        <p className="quiet">
          {again
            ? "Your session is over. What you wrote is still here."
            : "Phone menus of this Worker."}
        </p>
        <label htmlFor="token">Admin token</label>
        <input
          id="token"
          type="password"
          autoComplete="current-password"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-describedby={wrong ? "token-wrong" : undefined}
        />
        <p id="token-wrong" role="alert" className="bad">
          {wrong}
        </p>
        <button type="submit" className="primary" disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
