// Lantern works without this file. It keeps what is typed on the server as a draft, and warns before typed text is left behind.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (form.querySelector("input[type=password]")) continue;
    const status = form.querySelector("[data-saved]");
    let timer = 0, dirty = false, failed = false;
    const body = () => {
      const pairs = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      pairs.set("path", location.pathname + location.search);
      pairs.set("title", document.title.replace(/ - Lantern$/, ""));
      return pairs;
    };
    const say = (text) => { if (status) status.textContent = text; };
    const keep = async () => {
      timer = 0;
      dirty = false;
      try {
        const answer = await fetch("/drafts", { method: "POST", body: body(), keepalive: true, headers: { Accept: "application/problem+json" } });
        failed = !answer.ok;
        if (answer.ok) return say("Kept as a draft at " + new Date().toLocaleTimeString());
        const problem = await answer.json().catch(() => ({}));
        say(answer.status === 401 ? "You are signed out. Send the form: it is kept, and you return to it after signing in."
          : problem.detail || "Not kept; Lantern tries again.");
        if (answer.status >= 500) retry();
      } catch {
        failed = true;
        say("No connection. What you typed is still here; Lantern tries again.");
        retry();
      }
    };
    const retry = () => { dirty = true; timer ||= setTimeout(keep, 10000); };
    form.addEventListener("input", () => { dirty = true; timer ||= setTimeout(keep, 2000); });
    form.addEventListener("submit", () => { clearTimeout(timer); dirty = failed = false; });
    document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) { clearTimeout(timer); keep(); } });
    addEventListener("beforeunload", (event) => { if (dirty || failed) event.preventDefault(); });
  }
  // A filter that takes effect when it is changed.
  for (const filter of document.querySelectorAll("form[data-filter]")) {
    filter.addEventListener("change", (event) => { if (event.target.matches("select")) filter.requestSubmit(); });
  }
  // Buttons that need this file show themselves.
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) {
    if (button.dataset.copy && !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!button.dataset.copy) return print();
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    });
  }
  document.querySelector("[autofocus]")?.focus();
})();
