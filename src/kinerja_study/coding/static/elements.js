/* Elements, small pieces of the page, and the words that are said. Text is only ever set as text. */

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  return fill(element, ...children);
}

/** Put children in the place of those that are there; lists are opened, what is missing or false is left out. */
function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Put children only where what they show is not what it was, so that nothing else is laid out again, nor loses the focus. */
function show(element, what, draw) {
  const shown = JSON.stringify(what);
  if (element.shown === shown) return;
  element.shown = shown;
  fill(element, draw());
}

let counted = 0;

/** A label with its control, told apart by an id of their own. */
function field(label, control, hint = null) {
  control.id ||= `kr-${(counted += 1)}`;
  const whole = h("div", { class: "kr-field" }, h("label", { for: control.id }, label), control, hint && h("p", { class: "kr-hint" }, hint));
  Object.defineProperty(whole, "value", { get: () => control.value });
  return whole;
}

function button(label, act, properties = {}) {
  return h("button", { type: "button", onclick: act, ...properties }, label);
}

/** A select of [value, label] pairs. */
function choice(options, chosen, properties = {}) {
  return h("select", properties, options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)));
}

/** A group of radio buttons in a row; returns the element, with its value as a property. */
function radios(legend, options, chosen) {
  const name = `kr-${(counted += 1)}`;
  const group = h("fieldset", { class: "kr-radios" }, h("legend", {}, legend), options.map(([value, label]) =>
    h("label", {}, h("input", { type: "radio", name, value, checked: value === chosen }), h("span", {}, label))));
  Object.defineProperty(group, "value", {
    get: () => group.querySelector(":checked")?.value ?? "",
    set: (value) => { for (const input of group.querySelectorAll("input")) input.checked = input.value === value; },
  });
  return group;
}

/** A form of named controls; the act gets their values. */
function form(controls, label, act, cancel = null, cancelLabel = "") {
  const submit = (event) => {
    event.preventDefault();
    act(Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value])));
  };
  return h("form", { class: "kr-form", onsubmit: submit }, Object.values(controls),
    h("div", { class: "kr-acts" }, h("button", { type: "submit", class: "kr-main" }, label), cancel && button(cancelLabel, cancel)));
}

const MAGNITUDES = ["-2", "-1", "0", "1", "2"];
const PATTERNS = [
  (c) => `linear-gradient(${c}, ${c})`,
  (c) => `repeating-linear-gradient(90deg, ${c} 0 9px, transparent 9px 13px)`,
  (c) => `repeating-linear-gradient(90deg, ${c} 0 3px, transparent 3px 6px)`,
  (c) => `linear-gradient(${c} 0 1px, transparent 1px 2px, ${c} 2px 3px)`,
  (c) => `repeating-linear-gradient(90deg, ${c} 0 9px, transparent 9px 12px, ${c} 12px 15px, transparent 15px 18px)`,
];

function signed(magnitude) {
  if (magnitude === null || magnitude === undefined || magnitude === "") return "";
  return magnitude > 0 ? `+${magnitude}` : String(magnitude).replace("-", "−");
}

/** A long quotation, so that a form beside it is still seen. */
function shorten(text, most = 240) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Which side a magnitude is on, as a sign that needs no colour. */
function side(magnitude) {
  if (magnitude === null || magnitude === undefined) return "";
  return magnitude > 0 ? "▲" : magnitude < 0 ? "▼" : "●";
}
