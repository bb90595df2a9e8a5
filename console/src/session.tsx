/** Who works here, and what they may do. */
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useState,
} from "react";
import { type ApiError, ask, SIGNED_OUT } from "./api";
import { Failure, Wait } from "./parts/states";
import type { Me } from "./replies";

// Most who come are signed in.
const SignIn = lazy(() => import("./sign-in"));

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
  const form = (
    <Suspense fallback={<Wait what="Opening the sign-in form" />}>
      <SignIn done={() => void look()} again={me !== null} />
    </Suspense>
  );
  if (!me) return out ? form : <Wait what="Asking who you are" />;
  return (
    <Session value={me}>
      {out && <div className="veil">{form}</div>}
      {children}
    </Session>
  );
}
