// Lantern works without this file. It keeps what is typed on the server as a draft, what is sent without an answer in the
// browser, and warns before typed text is left behind.
(() => {
  "use strict";
  // What was sent and got no answer is kept in this browser for a day: for the account that is signed in, until it signs out
  // or another one signs in.
  const DAY = 86400000, UNSENT = "lantern.unsent.", WHO = "lantern.who", { who, today } = document.body.dataset;
  const kept = (() => { try { return localStorage; } catch { return null; } })();
  const forget = (key) => kept?.removeItem(key);
  const account = () => kept?.getItem(WHO) ?? null;
  // Another account has signed in meanwhile: whatever this page sends would be its own.
  const isOthers = () => who && account() && account() !== who;
  const holds = (key) => account() === who && kept.getItem(key) !== null;
  const store = (key, text) => {
    try { kept.setItem(key, JSON.stringify(text)); } catch { return false; }
    return true;
  };
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
  const time = (at) => new Date(at).toUTCString().slice(17, 22) + "Z";
  const sentAt = (at) => (day(at) === day(Date.now()) ? "" : `on ${day(at)} `) + "at " + time(at);
  const until = (at) => `until ${day(at + DAY)}, ${time(at + DAY)}`;
  // "Today" is a day of whoever typed it, on the page where it was typed: what is kept or sent of it says the day itself.
  const days = new Map(today ? [["today", today], ["yesterday", day(Date.parse(today + " UTC") - DAY)]] : []);
  const nameDay = (input) => { input.value = days.get(input.value.trim().toLowerCase()) ?? input.value; };
  document.addEventListener("change", ({ target }) => { if (target.matches("input.day")) nameDay(target); });
  const encoded = (pairs) => new URLSearchParams(pairs.map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]));
  const said = (problem) => problem.detail || "Lantern does not take it now. Try again later.";
  const NO_LINK = "There is no connection to Lantern.", TOO_MUCH = "This is more than Lantern takes at once. Shorten it, or send it in parts.";
  const OTHERS = "Another account is signed in in this browser now, so nothing is sent or kept from this page.";
  // Words that people typed, and words of an answer, are text here, and never read as a page.
  const made = (tag, about, ...within) => {
    const element = Object.assign(document.createElement(tag), about);
    element.append(...within);
    return element;
  };
  const act = (words, onclick) => made("button", { type: "button", className: "usa-button usa-button--outline", onclick }, words);
  const notice = (kind, heading, text, ...acts) => made("div", { className: `usa-alert usa-alert--slim usa-alert--${kind} unsent`, tabIndex: -1 },
    made("div", { className: "usa-alert__body" },
      made("h2", { className: "usa-alert__heading" }, heading), made("p", { className: "usa-alert__text" }, text), made("p", {}, ...acts)));
  // What speaks of a kept text goes with it, and with its account: another window may have dealt with either.
  const remove = (box) => {
    const focused = box.contains(document.activeElement);
    box.remove();
    box.gone?.(focused);
  };
  const withdraw = () => [...document.querySelectorAll(".unsent")].filter((box) => box.key && !holds(box.key)).forEach(remove);
  for (const event of ["storage", "pageshow"]) addEventListener(event, withdraw);
  // Sends a text. Gives where that led, or as heading and text the fault that leaves everything where it is; a page that
  // answers takes the place of this one.
  const post = async (text, body, signal) => {
    let answer, page;
    // What was sent while there was a link may have arrived, whatever became of its answer.
    text.sure &&= !navigator.onLine;
    try {
      answer = await fetch(text.to, { method: "POST", body, signal, headers: { Accept: "text/html", "Lantern-Form": "sent" } });
      page = await answer.text();
    } catch {
      // Whoever sends more than is taken is cut off while sending.
      if (body.toString().length > 1e6) return { fault: ["Too large", TOO_MUCH] };
      return { fault: text.sure ? ["Nothing was sent", NO_LINK] : ["No answer from Lantern", "It may not have arrived."] };
    }
    // Whatever else answers on the way, such as a proxy, has not saved it. A program of before this header is known by its
    // pages, and by leading there itself.
    const words = new DOMParser().parseFromString(page, "text/html");
    const isPage = answer.type === "basic" && words.querySelector("link[href^='/static/lantern-']");
    if (!answer.headers.has("Lantern-Form") && !isPage) {
      return { fault: ["No answer from Lantern", "Something else on the way answered, so it may not have arrived."] };
    }
    const leads = answer.status === 204 ? answer.headers.get("Location") : answer.redirected && answer.url;
    if (leads) {
      const led = new URL(leads, location.href), saved = !["/sign-in", "/password"].includes(led.pathname);
      if (saved) forget(text.key);
      return { led, saved };
    }
    if (answer.status >= 500 || [404, 408, 413].includes(answer.status)) {
      return { fault: ["h1", "main p"].map((place) => words.querySelector(place)?.textContent ?? "") };
    }
    // The page that refuses a text has it, and no other place: it keeps it. One that asks to sign in first may be left.
    if (answer.status !== 401) {
      forget(text.key);
      window.lanternBack = text;
    }
    // A fragment would take the focus from what the page says first.
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    document.open();
    document.write(page);
    document.close();
    return {};
  };
  // Goes where an answer led. Whoever stays, or stops a slow page, finds the way there.
  const lead = ({ led, saved }, line) => {
    // Another place of this very page is no other page: it is asked for anew.
    const anew = led.hash && led.pathname + led.search === location.pathname + location.search;
    const go = (event) => {
      event?.preventDefault();
      if (!anew) return location.assign(led);
      history.replaceState(null, "", led);
      location.reload();
    };
    line?.replaceChildren(saved ? "Saved; opening " : "Not saved yet; opening ", made("a", { href: led, onclick: go }, "the next page"));
    go();
  };
  const guarded = (key, words, deed) => act(words, ({ target }) => (holds(key) ? deed(target) : withdraw()));
  const sendAgain = async (text, line) => {
    line.textContent = "Sending ...";
    if (navigator.onLine) store(text.key, { ...text, sure: false });
    const answer = await post(text, encoded(text.pairs));
    if (answer.led) return lead(answer, line);
    line.textContent = answer.fault ? `${answer.fault.join(". ")} It is still kept in this browser ${until(text.at)}.` : "";
  };
  const offer = (text, became, ...acts) => {
    const { key, at } = text, box = notice("warning", `What you sent ${sentAt(at)} ${became}`, `It is kept in this browser ${until(at)}.`);
    const line = box.querySelector("p");
    line.setAttribute("role", "status");
    const drop = () => { forget(key); remove(box); };
    line.nextSibling.append(...[...acts, ["Drop it", drop]].map(([words, deed]) => guarded(key, words, (button) => deed(line, button))));
    return Object.assign(box, { key, gone: (focused) => { if (focused) document.getElementById("main").focus(); } });
  };
  const own = ["form_id", "version", "continues"];
  const back = window.lanternBack, offered = new Set();
  delete window.lanternBack;
  for (const form of document.querySelectorAll("form[method=post]")) {
    // A page that answers has what was sent, and no other place has it: in its form, or among what it only shows.
    const isBack = back && form.elements.form_id && form.getAttribute("action") === back.to;
    if (!isBack && !("draft" in form.dataset)) continue;
    // Of a signature everything is kept but what proves its person.
    if (form.querySelector("input[type=password]:not([data-proof])")) continue;
    const status = form.querySelector("[data-saved]"), bar = status?.closest(".send") ?? form;
    const { path, title } = isBack ? back
      : { path: form.dataset.draft || location.pathname + location.search, title: document.title.replace(/ - Lantern$/, "") };
    // The form as it is sent and kept; `sure` is that no attempt can have arrived.
    const text = { who, to: form.getAttribute("action") || path, path, title };
    let timer = 0, dirty = false, failed = false, sending = false, left = false, going = null, told = null, keeping = null;
    offered.add(path);
    if (status) status.tabIndex = -1;
    const current = () => {
      const id = form.elements.form_id.value;
      // Under another id nothing was sent yet.
      return text.id === id ? text : Object.assign(text, { id, sure: true });
    };
    const filled = (button) => {
      form.querySelectorAll("input.day").forEach(nameDay);
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
    // What a person reads of it again where there is no form: each question, and its answer or the field that has it.
    const asked = () => [...form.elements].filter(({ type, checked, value, labels }) =>
      value && labels?.length && !/password|file/.test(type) && (checked || !/radio|checkbox/.test(type))).map((field) => {
      const [label, legend] = [field.labels[0], field.closest("fieldset")?.querySelector("legend")].map((place) => place?.firstChild?.textContent.trim() ?? "");
      return /radio|checkbox/.test(field.type) ? [legend, "", label] : [label, field.name, field.selectedOptions?.[0].text];
    });
    const draft = (pairs) => new URLSearchParams([...pairs, ["path", path], ["title", title]]);
    const say = (words) => { if (status) status.textContent = words; };
    const later = (wait) => { timer ||= setTimeout(keep, wait); };
    const keep = () => {
      clearTimeout(timer);
      timer = 0;
      // One at a time, so that an older text never comes after a newer one; but a page that is being closed waits for nothing.
      if (sending && !document.hidden) return later(500);
      return keeping = keepNow();
    };
    const keepNow = async () => {
      dirty = false;
      failed = isOthers();
      if (failed) return say(OTHERS);
      sending = true;
      // A browser sends no more than 64 kB on after its page is closed, and refuses to try.
      const body = draft(typed()).toString();
      try {
        const answer = await fetch("/drafts", { method: "POST", body: new URLSearchParams(body), keepalive: body.length < 60000, headers: { Accept: "application/problem+json" } });
        // Whatever else answers, such as the page a redirect leads to, has not kept it.
        const problem = answer.status === 204 ? null : await answer.json().catch(() => ({}));
        // The form itself was sent meanwhile, and has its own answer.
        if (left) return;
        if (!problem) return say("Kept as a draft at " + time(Date.now()));
        failed = true;
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
        if (body.length > 1e6) return say("Not kept: this is more than Lantern takes at once. Shorten it, or send it in parts.");
        say("No connection. What you typed is still here; Lantern tries again.");
        retry(10000);
      } finally {
        sending = false;
      }
    };
    const retry = (wait) => { dirty = true; later(wait); };
    // Before another text takes the place of this one: whether all of this one is kept.
    const settled = async () => {
      await keeping;
      if (dirty || failed) await keep();
      return !dirty && !failed;
    };
    // Keeps what is being sent; says when that was, or nothing if the browser takes nothing or its account has signed out.
    const keepHere = (button) => {
      forget(text.key);
      if (!who || account() !== who) return 0;
      const id = current().id;
      Object.assign(text, { at: Date.now(), key: UNSENT + id, pairs: typed(button), asked: asked(), button: button?.name ? [button.name, button.value] : null });
      return store(text.key, text) ? text.at : 0;
    };
    const gone = (focused) => {
      const whose = account() === who ? "This browser no longer keeps what you filled in" : "Your account is no longer signed in in this browser";
      say(`${whose}: it is on this page alone.`);
      if (focused) status?.focus();
    };
    const tell = (kind, [heading, words], button) => {
      const at = keepHere(button), files = [...form.querySelectorAll("[type=file]")].some((input) => input.value);
      const again = files ? " A file is not kept: choose it again if you come back." : "";
      told?.remove();
      told = notice(kind, heading, `${words} ` + (at
        ? `What you filled in is kept in this browser ${until(at)}; signing out drops it.${again}`
        : "This browser keeps nothing: what you filled in is on this page alone, so leave it open."),
      act("Try again", () => (at && account() !== who ? withdraw() : send(button))));
      if (at) Object.assign(told, { key: text.key, gone });
      if (kind === "error") told.setAttribute("role", "alert");
      bar.prepend(told);
      if (kind === "error") told.focus();
    };
    const hold = (on) => { for (const part of form.children) if (!part.contains(bar)) part.inert = on; };
    const send = async (button) => {
      if (isOthers()) return say(OTHERS);
      going?.abort();
      const now = going = new AbortController(), unkept = dirty || failed || sending;
      now.button = button;
      clearTimeout(timer);
      timer = 0;
      left = true;
      dirty = failed = false;
      hold(true);
      say("Sending ...");
      // Whoever tries again does so in what goes now.
      if (told?.contains(document.activeElement)) status?.focus();
      told?.remove();
      const pairs = filled(button), body = form.enctype === "multipart/form-data" ? pairs : encoded([...pairs]);
      // A slow answer is no lost one: whoever waits loses nothing, and whoever does not sends the same form again.
      const slow = setTimeout(() => {
        tell("info", ["Lantern has not answered yet", "On a slow link that takes a while: wait, or try again. Nothing is saved twice."], button);
        // What is inserted filled is not read out everywhere; what changes in its place is.
        say("Still sending. Lantern has not answered yet.");
      }, 15000);
      const answer = await post(current(), body, now.signal);
      clearTimeout(slow);
      if (now.signal.aborted) return;
      if (answer.fault) {
        going = null;
        left = false;
        hold(false);
        say("");
        tell("error", answer.fault, button);
        if (unkept) retry(10000);
        return;
      }
      now.done = true;
      dirty = failed = false;
      if (!answer.led) return;
      if (told?.contains(document.activeElement)) status?.focus();
      told?.remove();
      lead(answer, status);
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
    // Nothing that was filled in is nothing to keep.
    if (isBack && typed().some(([name, value]) => !own.includes(name) && value.trim())) retry(0);
    // What is kept for this form is offered. What stands in it already, as a draft, needs no offer.
    const answers = (pairs, button) => JSON.stringify(pairs.filter(([name, value]) => !own.includes(name) && !(button && name === button[0] && value === button[1])));
    for (const other of unsent().filter((other) => other.path === path && other.who === who)) {
      const { key, at, pairs, button } = other;
      if (answers(pairs, button) === answers(typed())) {
        forget(key);
        continue;
      }
      const putBack = async (line, target) => {
        if (!(await settled())) return line.textContent = "What you typed into this page since is not kept yet. Try again once it is.";
        try {
          const body = draft(pairs.filter(([name, value]) => !(button && name === button[0] && value === button[1])));
          const answer = await fetch("/drafts", { method: "POST", body, headers: { Accept: "application/problem+json" } });
          if (answer.status === 204) {
            forget(key);
            return location.replace(path);
          }
          const problem = await answer.json().catch(() => ({}));
          // It was sent before, so it did arrive: sending it again does nothing, and leads where that led.
          if (problem.form_id) return sendAgain(other, line);
          line.textContent = said(problem);
          target.replaceWith(guarded(key, "Send it again", async () => {
            if (await settled()) sendAgain(other, line);
          }));
        } catch {
          line.textContent = `${NO_LINK} It is still kept in this browser ${until(at)}.`;
        }
      };
      form.before(offer(other, other.sure ? "did not arrive" : "got no answer", ["Put it back", putBack]));
    }
  }
  // Where work begins, and on a page that has its form no more, what is kept can be sent as it is, read and dropped.
  const atHome = location.pathname === "/";
  for (const text of unsent()) {
    const { path, title, pairs, asked } = text;
    if (text.who !== who || !(atHome || (path === location.pathname + location.search && !offered.has(path)))) continue;
    const box = offer(text, text.sure ? "did not arrive" : "may not have arrived", ["Send it again", (line) => sendAgain(text, line)],
      ["Show the text", (line, button) => { button.textContent = (words.hidden = !words.hidden) ? "Show the text" : "Hide the text"; }]);
    const answers = new Map(pairs), line = box.querySelector("p");
    const words = made("div", { hidden: true }, ...(asked ?? pairs.map(([name]) => [name, name])).map(([question, name, choice]) =>
      made("p", { className: "typed" }, made("strong", {}, question), "\n", choice ?? answers.get(name) ?? "")));
    line.after(words);
    if (atHome) line.before(made("p", {}, made("a", { href: path }, title || "Look at it")));
    document.querySelector("main .wrap")?.prepend(box);
  }
})();
