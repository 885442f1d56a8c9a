// What this page and that of make demo build their nodes with.
"use strict";

const $ = (id) => document.getElementById(id);
const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

// An element with properties (`data`: its dataset, `attributes`: its attributes), and in it nodes or text; null is left out.
function make(tag, properties, ...content) {
    const { data, attributes, ...rest } = properties ?? {};
    const node = Object.assign(document.createElement(tag), rest);
    Object.assign(node.dataset, data);
    for (const [name, value] of Object.entries(attributes ?? {}))
        node.setAttribute(name, value);
    node.append(...content.filter((part) => part !== null && part !== undefined));
    return node;
}

const box = (kind, strong, text, ...more) => make("div", { className: `box ${kind}` }, make("strong", {}, strong), text ? make("pre", {}, text) : null, ...more);
const list = (texts) => make("ul", {}, ...texts.map((text) => make("li", {}, text)));

// Reads the verdict out, and nothing if it is what it was: all of the answer, after each letter, would be too much.
function announce(text) {
    if ($("said").textContent !== text)
        $("said").textContent = text;
}

// Where the answer stands below the form, whoever presses a button above both sees it.
function bringIntoView(node) {
    if (matchMedia("(max-width: 52rem)").matches)
        node.scrollIntoView();
}

// A button that copies what text() gives, and says so. Where the browser gives no clipboard to a page (plain http from elsewhere), the
// text is shown, selected, instead.
function copier(title, text) {
    const said = make("span", { attributes: { role: "status" } }), shown = make("div", {});
    const copy = async () => {
        shown.replaceChildren();
        try {
            await navigator.clipboard.writeText(text());
            said.textContent = "Copied.";
        } catch {
            const area = make("textarea", { readOnly: true, rows: 12, value: text(), attributes: { "aria-label": title } });
            shown.replaceChildren(area);
            area.select();
            said.textContent = "Copy what is selected here:";
        }
    };
    return make("div", {}, make("div", { className: "copy" }, make("button", { type: "button", className: "small", onclick: copy }, title), said), shown);
}
