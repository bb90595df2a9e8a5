/** The form to sign in with the admin token. */
import { type FormEvent, useState } from "react";
import { type ApiError, ask } from "./api";

export default function SignIn({ done, again }: { done: () => void; again: boolean }) {
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
