/* A transcript that comes: a file or pasted words, then who speaks in it and what it is called. */

const LARGEST_ARRIVAL = 8 * 2 ** 20; // what Jupyter lets through in one message is little more

class Arrival {
  constructor(room) {
    this.room = room;
    this.node = h("section", { class: "kr-coding kr-arrival", "aria-label": room.say("arrival"), hidden: true });
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  close() {
    this.node.hidden = true;
    fill(this.node);
    this.room.shelf.querySelector(".kr-bring")?.focus();
  }

  /** Ask for the file, or for its words. */
  open() {
    const { room } = this;
    const { say } = room;
    const file = h("input", { type: "file", accept: ".docx,.txt,.vtt,.srt,.md" });
    const words = h("textarea", { rows: 5, placeholder: say("arrival.example") });
    this.node.hidden = false;
    fill(this.node, h("h3", {}, say("arrival")), h("p", { class: "kr-hint" }, say("arrival.hint")),
      form({ file: field(say("arrival.file"), file), words: field(say("arrival.words"), words) }, say("arrival.read"), () => this.read(file.files[0], words.value), () => this.close(), say("close")));
    room.reveal(this.node);
    file.focus({ preventScroll: true });
  }

  async read(file, words) {
    const { room } = this;
    if (!file && !words.trim()) return room.complain(room.say("arrival.nothing"));
    if (file && file.size > LARGEST_ARRIVAL) return room.complain(room.say("arrival.large"));
    this.name = file?.name ?? room.say("arrival.pasted");
    this.bytes = file ? await file.arrayBuffer() : new TextEncoder().encode(words).buffer;
    const found = await room.ask("look", { name: this.name }, 60000, [this.bytes]);
    if (!found) return;
    room.quiet();
    this.settle(found);
  }

  /** Ask what the file does not say: kind, id, date, and who each speaker is. */
  settle(found) {
    const { room } = this;
    const { say, state } = room;
    const labels = new Map(state.groups.map((group) => [group.id, group.label]));
    const text = (key, value = "", properties = {}, hint = null) => field(say(key), h("input", { type: "text", value, ...properties }), hint);
    const pick = (key, options, chosen, properties = {}) => field(say(key), choice(options, chosen, properties));
    const groups = (kind) => [...(found.groups[kind].length > 1 ? [["", say("arrival.choose")]] : []), ...found.groups[kind].map((id) => [id, labels.get(id) ?? id])];
    const kinds = Object.keys(found.ids).map((kind) => [kind, say(`kind.${kind}`)]);
    const speakers = h("div", { class: "kr-speakers" });
    const group = h("div");
    const id = h("input", { type: "text", required: true, spellcheck: "false" });
    const kind = h("select", { onchange: () => draw() }, kinds.map(([value, label]) => h("option", { value }, label)));
    const draw = () => {
      const spoken = kind.value === "interview";
      id.value = found.ids[kind.value];
      speakers.hidden = !spoken;
      // What is hidden need not be filled in.
      for (const control of speakers.querySelectorAll("input, select")) control.disabled = !spoken;
      const choices = spoken ? [] : groups(kind.value);
      fill(group, choices.length > 1 && field(say("filter.by.group"), choice(choices, "", { name: "group", required: true })));
    };
    const asked = found.speakers.map((speaker, number) => this.speaker(speaker, number, found, { text, pick, groups }));
    fill(speakers, h("h3", {}, say("arrival.speakers")), asked.length ? asked.map((one) => one.node) : h("p", { class: "kr-cut" }, say("arrival.no_speakers")));
    const controls = {
      kind: field(say("arrival.kind"), kind), id: field(say("arrival.id"), id), date: field(say("arrival.date"), h("input", { type: "date", required: true })),
      place: text("arrival.place"), speakers, group,
    };
    const done = ({ id: called, date, place }) => this.take({
      header: { id: called.trim(), kind: kind.value, date, place, group: group.querySelector("select")?.value ?? "" },
      ...(kind.value === "interview" ? this.told(asked) : {}),
    });
    const left = Object.entries(found.left).map(([what, count]) => `${say(`left.${what}`)} (${count})`).join(", ");
    fill(this.node, h("h3", {}, say("arrival"), ": ", h("bdi", {}, shorten(this.name, 80))),
      found.guessed && h("p", { class: "kr-cut" }, say("arrival.guessed", found)),
      left && h("p", { class: "kr-hint" }, say("arrival.left", { left })),
      found.names.length > 0 && h("p", { class: "kr-cut" }, say("arrival.names", { names: found.names.map((one) => `${one.name} (${one.count})`).join(", ") })),
      form(controls, say("arrival.take"), done, () => this.close(), say("close")));
    draw();
    room.reveal(this.node);
    kind.focus({ preventScroll: true });
  }

  /** One label of the transcript: whose it is; for a new informant, what informants.csv has to know. */
  speaker(speaker, number, found, { text, pick, groups }) {
    const { say } = this.room;
    const known = found.informants.map((one) => [one.id, [one.id, one.role].filter(Boolean).join(" · ")]);
    const whose = choice([["", say("arrival.choose")], ["P", say("interviewer")], ["+", say("arrival.new")], ...known, ["-", say("arrival.nobody")]], speaker.who, { required: true });
    const fields = h("div", { class: "kr-new" });
    const person = {};
    const draw = () => {
      if (whose.value !== "+") return fill(fields);
      const next = found.informant.replace(/\d+$/, (digits) => String(Number(digits) + this.newer(number)).padStart(digits.length, "0"));
      Object.assign(person, {
        informant_id: text("arrival.informant", next, { required: true, spellcheck: "false" }, say("arrival.informant.hint")),
        group: pick("filter.by.group", groups("interview"), "", { required: true }),
        role: text("arrival.role", "", { required: true }),
        kind: pick("arrival.informant.kind", ["key", "main", "additional"].map((value) => [value, say(`informant.${value}`)]), "main"),
        consent: pick("arrival.consent", [["", say("arrival.choose")], ...["yes", "no_quote", "no"].map((value) => [value, say(`consent.${value}`)])], "", { required: true }),
        consent_date: field(say("arrival.consent.date"), h("input", { type: "date" })),
        unit: text("arrival.unit"),
        sex: pick("arrival.sex", [["", "–"], ["L", say("sex.L")], ["P", say("sex.P")]], ""),
        age_band: text("arrival.age", "", { placeholder: "26-35" }),
        years_of_service: text("arrival.years", "", { inputmode: "decimal" }),
      });
      const { unit, sex, age_band: age, years_of_service: years, ...needed } = person;
      return fill(fields, Object.values(needed), h("details", {}, h("summary", {}, say("arrival.more")), unit, sex, age, years));
    };
    whose.addEventListener("change", draw);
    const node = h("fieldset", { class: "kr-speaker-of" }, h("legend", {}, say("arrival.label", { label: speaker.label, turns: speaker.turns })),
      speaker.words && h("q", {}, shorten(speaker.words, 90)), field(say("arrival.who"), whose), fields);
    const one = { key: speaker.key, whose, person, node };
    (this.asked ??= new Map()).set(number, one);
    draw();
    return one;
  }

  /** How many labels before this one are new informants too, so that each is offered an id of its own. */
  newer(number) {
    return [...this.asked].filter(([other, one]) => other < number && one.whose.value === "+").length;
  }

  told(asked) {
    const informants = asked.filter((one) => one.whose.value === "+").map((one) => Object.fromEntries(Object.entries(one.person).map(([key, control]) => [key, control.value.trim()])));
    const speakers = Object.fromEntries(asked.map((one) => [one.key, one.whose.value === "+" ? one.person.informant_id.value.trim() : one.whose.value]));
    // Two labels of one new person are one row.
    return { speakers, informants: informants.filter((one, n) => informants.findIndex((other) => other.informant_id === one.informant_id) === n) };
  }

  async take(told) {
    const { room } = this;
    const done = await room.ask("take_in", { name: this.name, told }, 60000, [this.bytes]);
    if (!done) return;
    room.quiet();
    this.close();
    await room.visit(done.document);
    room.announce(room.say("arrival.done", done));
    room.focusText();
  }
}
