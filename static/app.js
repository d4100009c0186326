// Lantern works without this file. It keeps what is typed on the server as a draft, what is sent without an answer in the
// browser, and warns before typed text is left behind.
(() => {
  "use strict";
  // What was sent and got no answer is kept in this browser for a day: for the account that is signed in, until it signs out
  // or another one signs in.
  const DAY = 86400000, UNSENT = "lantern.unsent.", WHO = "lantern.who", who = document.body.dataset.who;
  const kept = (() => { try { return localStorage; } catch { return null; } })();
  const forget = (key) => kept?.removeItem(key);
  const unsent = () => Object.keys(kept ?? {}).filter((key) => key.startsWith(UNSENT)).map((key) => {
    try { return { ...JSON.parse(kept.getItem(key)), key }; } catch { return { key }; }
  });
  for (const text of unsent()) if (!(Math.abs(Date.now() - text.at) < DAY) || (who && text.who !== who)) forget(text.key);
  try { if (who) kept?.setItem(WHO, who); } catch { forget(WHO); }
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") !== "/sign-out") return;
    const texts = unsent();
    if (texts.length && !confirm("What you sent without an answer is kept in this browser only, and signing out drops it. Sign out?")) return event.preventDefault();
    texts.forEach((text) => forget(text.key));
    forget(WHO);
  });
  const day = (at) => new Date(at).toUTCString().slice(5, 16).replace(/^0/, "");
  const time = (at) => new Date(at).toUTCString().slice(17, 22) + " Zulu";
  const sentAt = (at) => (day(at) === day(Date.now()) ? "" : `on ${day(at)} `) + "at " + time(at);
  const until = (at) => `until ${day(at + DAY)}, ${time(at + DAY)}`;
  const encoded = (pairs) => new URLSearchParams(pairs.map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]));
  const said = (problem) => problem.detail || "Lantern does not take it now. Try again later.";
  const NO_LINK = "There is no connection to Lantern.", TOO_MUCH = "This is more than Lantern takes at once. Shorten it, or send it in parts.";
  // Words that people typed, and words of an answer, are text here, and never read as a page.
  const made = (tag, about, ...within) => {
    const element = Object.assign(document.createElement(tag), about);
    element.append(...within);
    return element;
  };
  const act = (words, onclick) => made("button", { type: "button", className: "usa-button usa-button--outline", onclick }, words);
  const notice = (kind, heading, text, ...acts) => {
    const box = made("div", { className: `usa-alert usa-alert--slim usa-alert--${kind} unsent`, tabIndex: -1 }, made("div", { className: "usa-alert__body" },
      made("h2", { className: "usa-alert__heading" }, heading), made("p", { className: "usa-alert__text" }, text), made("p", {}, ...acts)));
    box.setAttribute("role", kind === "error" ? "alert" : "status");
    return box;
  };
  // Sends a form. Where that leads, the browser goes; a page that answers takes the place of this one. What leaves the form
  // where it is comes back as heading and text.
  const post = async (to, body, key, signal) => {
    let answer, page;
    try {
      answer = await fetch(to, { method: "POST", body, signal, headers: { Accept: "text/html", "Lantern-Form": "sent" } });
      page = await answer.text();
    } catch {
      // Whoever sends more than is taken is cut off while sending.
      if (body.toString().length > 1e6) return ["Too large", TOO_MUCH];
      return navigator.onLine ? ["No answer from Lantern", "It may not have arrived."] : ["Nothing was sent", NO_LINK];
    }
    // Whatever else answers on the way, such as a proxy, has not saved it.
    if (!answer.headers.has("Lantern-Form")) return ["No answer from Lantern", "Something else on the way answered, so it may not have arrived."];
    if (answer.status === 204) {
      const led = new URL(answer.headers.get("Location"), location.href);
      if (led.pathname !== "/sign-in") forget(key);
      const here = led.pathname + led.search === location.pathname + location.search;
      // Another place of this very page is no other page: it is asked for anew.
      if (here && led.hash) {
        history.replaceState(null, "", led);
        location.reload();
      } else location.assign(led);
      return null;
    }
    if (answer.status >= 500 || [404, 408, 413].includes(answer.status)) {
      const words = new DOMParser().parseFromString(page, "text/html");
      return ["h1", "main p"].map((place) => words.querySelector(place)?.textContent ?? "");
    }
    // The page that refuses a text has it, and no other place. One that asks to sign in first may be left.
    if (answer.status !== 401) forget(key);
    // A fragment would take the focus from what the page says first.
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    document.open();
    document.write(page);
    document.close();
    return null;
  };
  for (const form of document.querySelectorAll("form[data-draft]")) {
    // Of a signature everything is kept but what proves its person.
    if (form.querySelector("input[type=password]:not([data-proof])")) continue;
    const status = form.querySelector("[data-saved]"), bar = status?.closest(".send") ?? form;
    const path = form.dataset.draft || location.pathname + location.search;
    const title = document.title.replace(/ - Lantern$/, "");
    let timer = 0, dirty = false, failed = false, sending = false, left = false, going = null, told = null;
    const filled = (button) => {
      const data = new FormData(form, button);
      // An older browser leaves the button out.
      if (button?.name && !data.has(button.name)) data.append(button.name, button.value);
      return data;
    };
    const typed = (button) => {
      const proofs = [...form.querySelectorAll("[data-proof], [type=password]")].map((input) => input.name);
      return [...filled(button)].filter(([name, value]) =>
        typeof value === "string" && !name.includes("password") && !proofs.includes(name));
    };
    const draft = (pairs) => new URLSearchParams([...pairs, ["path", path], ["title", title]]);
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
      const text = draft(typed()).toString();
      try {
        const answer = await fetch("/drafts", { method: "POST", body: new URLSearchParams(text), keepalive: text.length < 60000, headers: { Accept: "application/problem+json" } });
        // Whatever else answers, such as the page a redirect leads to, has not kept it.
        if (answer.status === 204) return left || say("Kept as a draft at " + new Date().toLocaleTimeString());
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
        if (left) return;
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
    // Keeps what is being sent; says when that was, or nothing if the browser takes nothing or its account has signed out.
    const keepHere = (button) => {
      const at = Date.now(), key = UNSENT + form.elements.form_id.value;
      const to = form.getAttribute("action") || path, pairs = typed(button), sure = !navigator.onLine;
      try {
        forget(key);
        if (!who || kept.getItem(WHO) !== who) return 0;
        kept.setItem(key, JSON.stringify({ who, at, to, path, title, pairs, button: button?.name ? [button.name, button.value] : null, sure }));
        return at;
      } catch {
        return 0;
      }
    };
    const tell = (kind, [heading, text], button) => {
      const at = keepHere(button), files = [...form.querySelectorAll("[type=file]")].some((input) => input.value);
      const again = files ? " A file is not kept: choose it again if you come back." : "";
      told?.remove();
      told = notice(kind, heading, `${text} ` + (at
        ? `What you filled in is kept in this browser ${until(at)}; signing out drops it.${again}`
        : "This browser keeps nothing: what you filled in is on this page alone, so leave it open."),
      act("Try again", () => send(button)));
      bar.prepend(told);
      if (kind === "error") told.focus();
    };
    const hold = (on) => { for (const part of form.children) if (!part.contains(bar)) part.inert = on; };
    const send = async (button) => {
      going?.abort();
      const own = going = new AbortController(), unkept = dirty || failed;
      own.button = button;
      clearTimeout(timer);
      timer = 0;
      left = true;
      dirty = failed = false;
      told?.remove();
      hold(true);
      say("Sending ...");
      const pairs = filled(button), body = form.enctype === "multipart/form-data" ? pairs : encoded([...pairs]);
      // A slow answer is no lost one: whoever waits loses nothing, and whoever does not sends the same form again.
      const slow = setTimeout(() => tell("info", ["Lantern has not answered yet", "On a slow link that takes a while: wait, or try again. Nothing is saved twice."], button), 15000);
      const fault = await post(form.getAttribute("action") || path, body, UNSENT + form.elements.form_id.value, own.signal);
      clearTimeout(slow);
      if (own.signal.aborted) return;
      if (!fault) return own.done = true;
      going = null;
      left = false;
      hold(false);
      say("");
      tell("error", fault, button);
      if (unkept) retry(10000);
    };
    form.addEventListener("input", () => { dirty = true; left = false; later(2000); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!going) send(event.submitter);
    });
    document.addEventListener("submit", ({ target }) => { if (target.getAttribute("action") === "/drafts/discard") left = true; });
    document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) keep(); });
    addEventListener("pagehide", () => { if (going && !going.done) keepHere(going.button); });
    // Of a page that was sent and comes back as it was left, its form is asked for anew.
    addEventListener("pageshow", ({ persisted }) => { if (persisted && going) location.reload(); });
    addEventListener("beforeunload", (event) => { if (dirty || failed) event.preventDefault(); });
    // What is kept for this form is offered. What stands in it already, as a draft, needs no offer.
    const own = ["form_id", "version", "continues"];
    const answers = (pairs, button) => JSON.stringify(pairs.filter(([name, value]) => !own.includes(name) && !(button && name === button[0] && value === button[1])));
    for (const text of unsent().filter((text) => text.path === path && text.who === who)) {
      const { key, at, to, pairs, button } = text;
      if (answers(pairs, button) === answers(typed())) {
        forget(key);
        continue;
      }
      const became = text.sure ? "did not arrive" : "got no answer";
      const offer = notice("warning", `What you sent ${sentAt(at)} ${became}`,
        `It is kept in this browser ${until(at)}.`,
        act("Put it back", async ({ target }) => {
          const line = offer.querySelector("p");
          const again = async () => { line.textContent = (await post(to, encoded(pairs), key))?.join(". ") ?? ""; };
          try {
            const body = draft(pairs.filter(([name, value]) => !(button && name === button[0] && value === button[1])));
            const answer = await fetch("/drafts", { method: "POST", body, headers: { Accept: "application/problem+json" } });
            if (answer.status === 204) {
              forget(key);
              dirty = failed = false;
              return location.replace(path);
            }
            const problem = await answer.json().catch(() => ({}));
            // It was sent before, so it did arrive: sending it again does nothing, and leads where that led.
            if (problem.form_id) return again();
            line.textContent = said(problem);
            target.replaceWith(act("Send it again", again));
          } catch {
            line.textContent = `${NO_LINK} It is still kept in this browser ${until(at)}.`;
          }
        }),
        act("Drop it", () => { forget(key); offer.remove(); }));
      form.before(offer);
    }
  }
  // Where work begins, what is kept is named: its page offers it.
  if (who && location.pathname === "/") {
    for (const { path, title, at } of unsent()) {
      document.querySelector("main .wrap")?.prepend(notice("warning", `What you sent ${sentAt(at)} may not have arrived`,
        `It is kept in this browser ${until(at)}. `, made("a", { href: path }, title || "Look at it")));
    }
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
