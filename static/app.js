// Lantern works without this file. It keeps what is typed on the server as a draft, and warns before typed text is left behind.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-draft]")) {
    // Of a signature everything is kept but what proves its person.
    if (form.querySelector("input[type=password]:not([data-proof])")) continue;
    const status = form.querySelector("[data-saved]");
    let timer = 0, dirty = false, failed = false, sending = false, left = false;
    const body = () => {
      const pairs = new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !name.includes("password")));
      pairs.set("path", form.dataset.draft || location.pathname + location.search);
      pairs.set("title", document.title.replace(/ - Lantern$/, ""));
      return pairs;
    };
    const say = (text) => { if (status) status.textContent = text; };
    const later = (wait) => { timer ||= setTimeout(keep, wait); };
    const keep = async () => {
      clearTimeout(timer);
      timer = 0;
      // One at a time, so that an older text never comes after a newer one; but a page that is being closed waits for nothing.
      if (sending && !document.hidden) return later(500);
      sending = true;
      dirty = failed = false;
      // A browser sends no more than 64 kB on after its page is closed, and refuses to try.
      const text = body().toString();
      try {
        const answer = await fetch("/drafts", { method: "POST", body: new URLSearchParams(text), keepalive: text.length < 60000, headers: { Accept: "application/problem+json" } });
        // Whatever else answers, such as the page a redirect leads to, has not kept it.
        if (answer.status === 204) return say("Kept as a draft at " + new Date().toLocaleTimeString());
        failed = true;
        const problem = await answer.json().catch(() => ({}));
        if (left) return;
        say(answer.status === 401 ? "You are signed out. Send the form: your text goes with you when you sign in."
          : problem.detail || "Not kept; Lantern tries again.");
        if (problem.form_id) {
          // The form was used before: from now on this is another one.
          form.elements.form_id.value = problem.form_id;
          form.elements.continues.value = problem.continues;
          retry(0);
        } else if (answer.status >= 500 || answer.ok) retry(10000);
      } catch {
        failed = true;
        // Whoever sends more than is taken is cut off while sending.
        if (text.length > 1e6) return say("Not kept: this is more than Lantern takes at once. Shorten it, or send it in parts.");
        say("No connection. What you typed is still here; Lantern tries again.");
        retry(10000);
      } finally {
        sending = false;
      }
    };
    const retry = (wait) => { dirty = true; later(wait); };
    form.addEventListener("input", () => { dirty = true; left = false; later(2000); });
    document.addEventListener("submit", (event) => {
      if (event.target.getAttribute("action") === "/drafts/discard") left = true;
      if (event.target !== form) return;
      clearTimeout(timer);
      timer = 0;
      left = true;
      dirty = failed = false;
    });
    document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) keep(); });
    addEventListener("beforeunload", (event) => { if (dirty || failed) event.preventDefault(); });
  }
  // A form of blocks. One more is there at once; without this file the server sends the page again with it.
  const blocks = () => [...document.querySelectorAll("[data-block]")];
  const chosen = (block, name) => block.querySelector(`select[name$=".${name}"]`);
  document.querySelector("button[data-most]")?.addEventListener("click", (event) => {
    const last = blocks().pop(), at = blocks().length, most = Number(event.currentTarget.dataset.most);
    if (!last || at >= most) return;
    event.preventDefault();
    const next = last.cloneNode(true);
    for (const element of next.querySelectorAll("*")) {
      element.removeAttribute("aria-invalid");
      element.classList.remove("usa-form-group--error", "usa-input--error");
      for (const own of element.attributes) own.value = own.value.replace(`said.${at}.`, `said.${at + 1}.`).replace(`remove.${at}`, `remove.${at + 1}`);
    }
    next.querySelectorAll(".usa-error-message").forEach((fault) => fault.remove());
    for (const named of next.querySelectorAll("strong, legend, button")) named.textContent = named.textContent.replace(/\d+/, at + 1);
    const text = next.querySelector("textarea");
    text.value = chosen(next, "topic").value = "";
    for (const name of ["source_grade", "about"]) if (chosen(next, name)) chosen(next, name).value = chosen(last, name).value;
    last.open = false;
    next.open = true;
    last.after(next);
    text.focus();
  });
  // One more row of a list, in the same way.
  for (const button of document.querySelectorAll("[data-more]")) button.addEventListener("click", (event) => {
    const rows = button.parentElement.querySelectorAll("[data-row]"), last = rows[rows.length - 1], at = rows.length;
    if (at >= button.dataset.upTo || !last.querySelector("button")) return;
    event.preventDefault();
    const next = last.cloneNode(true), list = button.dataset.more;
    for (const element of next.querySelectorAll("*")) {
      element.removeAttribute("aria-invalid");
      element.removeAttribute("autofocus");
      element.classList.remove("usa-form-group--error", "usa-input--error");
      for (const own of element.attributes) own.value = own.value.replaceAll(`${list}.${at}`, `${list}.${at + 1}`).replace(`step ${at}`, `step ${at + 1}`);
    }
    next.querySelectorAll(".usa-error-message, .theirs").forEach((told) => told.remove());
    for (const named of next.querySelectorAll("legend, button")) named.textContent = named.textContent.replace(`step ${at}`, `step ${at + 1}`);
    for (const field of next.querySelectorAll("input, select")) field.value = field.name.endsWith(".position") ? at + 1 : "";
    next.querySelector(".note").textContent = "";
    last.querySelector("details").open = false;
    next.querySelector("details").open = true;
    last.after(next);
    next.querySelector("[name$='.holder']").focus();
  });
  document.addEventListener("toggle", ({ target }) => {
    const row = target.closest?.("[data-row]");
    if (!row) return;
    const said = (name) => row.querySelector(`[name$='.${name}']`).value, begun = row.querySelector(".begun");
    begun.textContent = said("holder") || begun.dataset.none;
    row.querySelector(".note").textContent = said("what");
  }, true);
  // A block that is closed says in a line what is in it.
  document.addEventListener("toggle", ({ target: block }) => {
    if (!block.matches?.("[data-block]")) return;
    const words = ["topic", "source_grade"].map((name) => chosen(block, name)).filter((list) => list.value);
    block.querySelector(".begun").textContent = block.querySelector("textarea").value;
    block.querySelector(".note").textContent = words.map((list) => list.selectedOptions[0].text).join(", ");
  }, true);
  // What is said on a topic bears on its finding: that is ticked once its topic is chosen, and no more once nothing is said on it.
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-block] select")) return;
    const on = blocks().flatMap((block) => {
      const topic = chosen(block, "topic").value;
      return [topic, `${topic} ${chosen(block, "about")?.value}`];
    });
    for (const box of document.querySelectorAll("[data-of]")) {
      const bears = on.includes(box.dataset.of);
      if (bears === ("shown" in box.dataset)) continue;
      box.checked = box.toggleAttribute("data-shown", bears);
      if (!bears) box.parentElement.querySelector("[name=shown]").remove();
      else box.parentElement.append(Object.assign(document.createElement("input"), { type: "hidden", name: "shown", value: box.value.split(".")[0] }));
      if (bears) box.closest("details")?.setAttribute("open", "");
    }
  });
  // A topic of a worksheet says in its line that it is not saved yet, and the bar says how many do.
  document.addEventListener("input", ({ target }) => {
    const topic = target.closest("[data-topic]"), told = document.querySelector("[data-changed]");
    if (!topic || !told) return;
    topic.querySelector("[data-begun]").hidden = false;
    told.hidden = false;
    told.querySelector("b").textContent = document.querySelectorAll("[data-begun]:not([hidden])").length;
  });
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
  // The fragment of an address takes the focus from whatever has it, once the page is there.
  const focus = () => document.querySelector("[autofocus]")?.focus();
  focus();
  if (location.hash) addEventListener("load", () => setTimeout(focus));
})();
