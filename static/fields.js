// What forms of many rows and blocks do at once, which the server does too when their buttons are sent; and where the focus
// begins.
(() => {
  "use strict";
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
