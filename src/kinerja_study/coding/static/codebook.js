/* The codebook at hand: definitions, how much each code has, the filter by code, and its upkeep. */

class Codebook {
  constructor(room) {
    this.room = room;
    this.asked = "";
    this.search = h("input", { type: "search", oninput: () => { this.asked = this.search.value.toLowerCase(); this.draw(); } });
    this.body = h("div", { class: "kr-codes" });
    this.work = h("div");
    this.node = h("div", {}, field(room.say("search.codes"), this.search),
      h("div", { class: "kr-acts" }, button(room.say("new_code"), () => this.upkeep("new_code"))), this.work, this.body);
  }

  draw() {
    const { room } = this;
    const { foci, codebook, writable } = room.state;
    const matches = (code) => [code.code, code.label, code.definition, code.include, code.exclude].join(" ").toLowerCase().includes(this.asked);
    const found = codebook.filter(matches);
    const at = this.body.contains(document.activeElement) ? document.activeElement.closest("details")?.dataset.code : null;
    const open = new Set([...this.body.querySelectorAll("details[open]")].map((one) => one.dataset.code));
    // Not the counts, which every act changes.
    const what = found.map((code) => ({ ...code, codings: 0, all_codings: 0 }));
    show(this.body, [what, foci, codebook.length, writable, room.filter.code], () => (found.length ? foci.map((focus) => {
      const codes = found.filter((code) => code.focus === focus.id);
      return codes.length > 0 && h("section", {}, h("h3", {}, focus.label), codes.map((code) => this.entry(code, open.has(code.code))));
    }) : h("p", { class: "kr-hint" }, room.say("nothing"))));
    for (const one of this.body.querySelectorAll("details")) {
      one.querySelector(".kr-count").textContent = room.say("codings", { count: room.code(one.dataset.code).all_codings });
    }
    if (at && !this.body.contains(document.activeElement)) this.body.querySelector(`details[data-code="${CSS.escape(at)}"] summary`)?.focus();
  }

  entry(code, open) {
    const { room } = this;
    const swatch = h("span", { class: "kr-swatch", "aria-hidden": "true" });
    swatch.style.backgroundImage = room.line({ code: code.code });
    const details = h("details", { "data-code": code.code, open }, h("summary", {}, swatch, h("span", { class: "kr-code" }, code.code), " ", code.label,
      h("span", { class: "kr-count" })));
    const unfold = () => {
      if (!details.open || details.children.length > 1) return;
      const only = room.filter.code === code.code;
      details.append(...room.definition(code), h("div", { class: "kr-acts" },
        button(room.say(only ? "filter.all" : "filter.code"), () => room.setFilter({ code: only ? "" : code.code }), { "aria-pressed": String(only) }),
        room.state.writable && ["define_code", "rename_code", "merge_codes", "split_code", "retire_code"].map((act) => button(room.say(act), () => this.upkeep(act, room.code(code.code)))),
        room.state.writable && button(room.say("memo.about"), () => room.memos.write("code", code.code))));
    };
    details.addEventListener("toggle", unfold);
    unfold();
    return details;
  }

  /** A form for one act on the codebook; every one asks for a reason. */
  upkeep(act, code = null, label = code?.label, then = null) {
    const { room } = this;
    const { say } = room;
    const text = (label, value = "", needed = false, hint = null) => field(say(label), h("input", { type: "text", value, required: needed }), hint);
    const long = (label, value = "", needed = false) => field(say(label), h("textarea", { rows: 2, value, required: needed }));
    const foci = room.state.foci.map((focus) => [focus.id, focus.label]);
    const directions = ["+/-", "+", "-", "0"].map((value) => [value, say(`direction.${value}`)]);
    const others = room.state.codebook.filter((other) => other.code !== code?.code && !other.retired).map((other) => [other.code, `${other.code} · ${other.label}`]);
    const content = {
      focus: field(say("focus"), choice(foci, code?.focus)), label: text("code.label", label, true), definition: long("definition", code?.definition, true),
      include: long("include", code?.include), exclude: long("exclude", code?.exclude), direction: field(say("direction"), choice(directions, code?.direction)),
    };
    const fields = {
      new_code: { code: text("code.name", "", true, say("code.name.hint")), ...content },
      define_code: content,
      rename_code: { into: text("code.name", code?.code, true), label: text("code.label", code?.label, true) },
      merge_codes: { into: field(say("merge.into"), choice(others, null)) },
      split_code: {
        code: text("code.name", "", true, say("split.hint", { code: code?.code ?? "" })), label: text("code.label", code?.label, true), definition: long("definition", "", true),
      },
      retire_code: code?.all_codings ? { agree: field(say("retire.agree", { count: code.all_codings }), h("input", { type: "checkbox", required: true })) } : {},
    }[act];
    fields.reason = long("reason", "", act !== "new_code");
    const done = async (values) => {
      const picked = [...this.work.querySelectorAll(".kr-pick input:checked")].map((input) => [input.value, values.code]);
      const { reason } = values;
      const whole = {
        new_code: values,
        merge_codes: { codes: [code?.code], into: values.into, reason },
        split_code: { code: code?.code, into: [code?.code, { code: values.code, label: values.label, definition: values.definition }], assign: Object.fromEntries(picked), otherwise: code?.code, reason },
        retire_code: { code: code?.code, delete_codings: Boolean(code?.all_codings), reason },
      }[act] ?? { ...values, code: code?.code };
      if (!(await room.act({ do: act, ...whole }))) return;
      fill(this.work);
      then?.(room.code(values.code));
    };
    fill(this.work, h("section", { class: "kr-work" }, h("h3", {}, say(act), code && ` ${code.code}`),
      act === "split_code" && this.pick(code), form(fields, say("save"), done, () => fill(this.work), say("close"))));
    this.work.scrollIntoView({ block: "nearest" });
    this.work.querySelector("input, textarea, select")?.focus();
  }

  /** Which codings go to the new code when one is split. */
  pick(code) {
    const { room } = this;
    const box = h("fieldset", { class: "kr-pick" }, h("legend", {}, room.say("split.pick")));
    room.ask("codings", { code: code.code }).then((codings) => {
      box.append(...(codings ?? []).map((coding) => h("label", {}, h("input", { type: "checkbox", value: coding.key }), h("span", {}, `${coding.document} · ${coding.coder}: `, h("q", {}, coding.quote)))));
    });
    return box;
  }
}
