// What a browser shows a script of another origin's response, why not more, and what would mend it: Fetch's CORS check, its header
// lists and its CORS filtered response (https://fetch.spec.whatwg.org/#http-cors-protocol), in words.
//
// index.html beside it and the page of make demo use it; t/browser compares it with the suite's oracle, and with real browsers. Headers
// are arrays of [name, value], as they came. A question is { headers, status, origin, how, wanted }: `origin` of the script's page, null
// if it isn't known (then it counts as allowed where one origin is); `how` is "omit" (or same-origin), "include" or "no-cors"; `wanted`
// are the names that the script asks for.
"use strict";

const cors = (() => {
    const ACAO = "Access-Control-Allow-Origin", ACAC = "Access-Control-Allow-Credentials", ACEH = "Access-Control-Expose-Headers";
    const SAFELISTED = ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"];
    const FORBIDDEN = ["set-cookie", "set-cookie2"];
    const SOME_ORIGIN = "https://app.example.com";
    const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

    const lower = (text) => text.toLowerCase();
    const unique = (list) => [...new Map(list.map((name) => [lower(name), name])).values()];
    const has = (list, name) => list.some((one) => lower(one) === lower(name));
    const quoted = (list) => list.map((one) => `"${one}"`).join(", ");
    const trimmed = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    const lines = (headers, name) => headers.filter(([one]) => lower(one) === lower(name)).map(([, value]) => trimmed(value));

    // Fetch's CORS check. Its "get" joins the lines of a name by commas, so that two of them are no origin.
    function passes({ headers, origin, how }) {
        const allowed = lines(headers, ACAO).join(", ");
        if (how !== "include" && allowed === "*")
            return true;
        if (allowed === "" || allowed !== (origin ?? (/^\*$|[, ]/.test(allowed) ? null : allowed)))
            return false;
        return how !== "include" || lines(headers, ACAC).join(", ") === "true";
    }

    // The members of the list: the good ones, and those for which a browser drops them all.
    function members(headers) {
        const all = lines(headers, ACEH).join(",").split(",").map(trimmed).filter((member) => member !== "");
        return { names: all.filter((member) => TOKEN.test(member)), malformed: all.filter((member) => !TOKEN.test(member)) };
    }

    // What lets the script read a header that is there: "safelisted", "listed" or "wildcard"; null if nothing does.
    function reason(name, { headers, how }) {
        if (has(FORBIDDEN, name))
            return null;
        if (has(SAFELISTED, name))
            return "safelisted";
        const { names, malformed } = members(headers);
        if (malformed.length)
            return null;
        return has(names, name) ? "listed" : names.includes("*") && how !== "include" ? "wildcard" : null;
    }

    // The names that the script reads, in lower case and sorted. null: it gets no response.
    function readable(question) {
        if (question.how === "no-cors")
            return [];
        if (!passes(question))
            return null;
        return unique(question.headers.map(([name]) => lower(name))).filter((name) => reason(name, question)).sort();
    }

    // One letter more, less or other; the case of letters makes no difference to anybody.
    function isNear(one, other) {
        const [a, b] = [lower(one), lower(other)].sort((x, y) => x.length - y.length);
        if (a === b || b.length - a.length > 1)
            return false;
        let from = 0;
        while (from < a.length && a[from] === b[from])
            from++;
        return a.slice(from + (a.length === b.length)) === b.slice(from + 1);
    }

    const pattern = (word) => new RegExp(`^${word.split("*").map((part) => part.replace(/[.^$+?()[\]{}|\\]/g, "\\$&")).join(".*")}$`, "i");

    // How an origin differs from the one that is allowed.
    function difference(allowed, origin) {
        const [, scheme, host, port] = /^([^:]+):\/\/(\[.*\]|[^:]*)(.*)$/.exec(origin) ?? [];
        const [, itsScheme, itsHost, itsPort] = /^([^:]+):\/\/(\[.*\]|[^:/]*)(:\d*)?\/?$/.exec(allowed) ?? [];
        if (allowed === `${origin}/`)
            return "The slash at its end is too much.";
        if (lower(allowed) === lower(origin))
            return "Capital letters count: browsers send an origin in lower case.";
        if (allowed.includes("*"))
            return "Browsers know no wildcard in an origin, only \"*\" alone.";
        if (itsHost === undefined)
            return "That is no origin: an origin is scheme, host and port, without a path.";
        if (host === itsHost && scheme !== itsScheme)
            return `The one is ${scheme}, the other ${itsScheme}.`;
        if (host === itsHost && (port ?? "") !== (itsPort ?? ""))
            return "The ports differ; one that is left out is the scheme's own.";
        return "That is another origin.";
    }

    // Why the browser keeps the whole response from the script. Nothing, if it doesn't.
    function refusals({ headers, origin, how }) {
        const found = [], allowed = lines(headers, ACAO), credentials = lines(headers, ACAC).join(", ");
        if (allowed.length === 0)
            found.push(`The response has no ${ACAO}, so no script of another origin gets it.`);
        else if (allowed.length > 1)
            found.push(`${ACAO} is there ${allowed.length === 2 ? "twice" : `${allowed.length} times`}. Browsers take one line only, even if both say the same.`);
        else if (/[, ]/.test(allowed[0]))
            found.push(`${ACAO} names more than one origin. Browsers take one only: the server has to choose it by the request's Origin.`);
        else if (allowed[0] === "*" && how === "include")
            found.push(`${ACAO} is "*". With credentials browsers don't take that: it has to be the page's origin.`);
        else if (allowed[0] === "")
            found.push(`${ACAO} is empty.`);
        else if (allowed[0] !== "*" && origin !== null && allowed[0] !== origin)
            found.push(`${ACAO} is "${allowed[0]}", and the page's origin is "${origin}". ${difference(allowed[0], origin)}`);
        if (how === "include" && credentials !== "true")
            found.push(credentials === "" ? `With credentials the response needs "${ACAC}: true", too.`
                : `${ACAC} is "${credentials}". Browsers take "true" only, in lower case and once.`);
        return found;
    }

    // What is wrong with the list, whatever the script asks for.
    function listFaults({ headers, how }) {
        const found = [], { names, malformed } = members(headers), there = lines(headers, ACEH).length > 0;
        if (malformed.length)
            found.push(`In ${ACEH} ${quoted(malformed)} ${malformed.length === 1 ? "is no header name" : "are no header names"}. One such member, and browsers drop the whole list.`);
        if (names.includes("*") && how === "include")
            found.push(`${ACEH} has "*". With credentials browsers take that for a header that is called "*": it exposes nothing.`);
        const patterns = names.filter((name) => name.includes("*") && name !== "*");
        if (patterns.length)
            found.push(`${quoted(patterns)} in ${ACEH} is no pattern for a browser: it knows whole names, and "*" alone.`);
        for (const name of there ? [] : unique(headers.map(([one]) => one)).filter((one) => isNear(one, ACEH)))
            found.push(`"${name}" means nothing to a browser. The name is ${ACEH}.`);
        return found;
    }

    // Why the script reads null for this name: { text, names } of what the list would have to have, or null if it reads a value.
    function whyNull(name, question) {
        const { headers } = question, present = unique(headers.map(([one]) => one));
        if (has(FORBIDDEN, name))
            return { text: `No script ever reads ${name}: browsers keep it to themselves. Send the value in another header.` };
        if (!has(present, name)) {
            const near = present.find((one) => isNear(one, name));
            return { text: `The response has no ${name}${near ? `. It has ${near}, one letter away.` : ". So null is right, whatever the list says."}` };
        }
        if (reason(name, question))
            return null;
        const { names } = members(headers);
        if (lines(headers, ACEH).length === 0) {
            const sending = lines(headers, "Access-Control-Allow-Headers").join(",").split(",").map(trimmed);
            return { name, text: `The response doesn't say that scripts may read ${name}: it has no ${ACEH}.`
                + (has(sending, name) ? " Access-Control-Allow-Headers is for what a script sends, not for what it reads." : "") };
        }
        if (listFaults(question).length && (names.includes("*") || has(names, name) || names.some((one) => one.includes("*") && pattern(one).test(name))))
            return { name, text: `So ${name} isn't exposed.` };
        const near = names.find((one) => isNear(one, name));
        return { name, text: `${ACEH} doesn't name ${name}${near ? `. It has "${near}", one letter away` : ""}.` };
    }

    // The origins that are allowed beside the page's own, or were meant to be: they must not lose that.
    function others({ headers, origin }) {
        const meant = lines(headers, ACAO).flatMap((line) => line.split(/[, ]+/));
        return unique(meant.filter((one) => one !== origin && one !== "null" && !one.includes("*") && originOf(one) === one));
    }

    // Whether everybody may read the response, but for scripts that ask with credentials.
    const isOpen = ({ headers }) => lines(headers, ACAO).join(", ") === "*";

    // The lines that a response needs to be read by this script: [name, value], where what is there is wrong.
    function cure(question, missing) {
        const { headers, how } = question, needs = [], allowed = lines(headers, ACAO), vary = lines(headers, "Vary").join(", ");
        const origin = question.origin ?? (allowed.length && !/^\*$|[, ]|^$/.test(allowed[0]) ? allowed[0] : SOME_ORIGIN);
        if (!passes({ ...question, how: "omit" }) || (how === "include" && isOpen(question))) {
            needs.push([ACAO, origin]);
            if ((isOpen(question) || others({ headers, origin }).length) && !/(^|[ ,])(origin|\*)($|[ ,])/i.test(vary))
                needs.push(["Vary", vary ? `${vary}, Origin` : "Origin"]);
        }
        if (how === "include" && lines(headers, ACAC).join(", ") !== "true")
            needs.push([ACAC, "true"]);
        if (missing.length) {
            const kept = members(headers).names.filter((name) => !name.includes("*"));
            needs.push([ACEH, unique([...kept, ...missing]).join(", ")]);
        }
        return needs;
    }

    // httpd's lines for such headers. What a proxied backend sends is in one table of httpd's, what a script sends and what "always" sets in
    // the other: so the first line is for the one, and the second sets the other anew.
    function byHand(question, needs) {
        const origin = needs.find(([name]) => name === ACAO)?.[1], rest = origin ? others({ ...question, origin }) : [];
        const isOne = ` "expr=%{HTTP:Origin} == '${origin}'"`, set = (name, value) => `Header always set ${name} "${value}"`;
        const ways = {
            [ACAO]: () => isOpen(question) ? [set(ACAO, "*"), set(ACAO, origin) + isOne]
                : rest.length ? [`${set(ACAO, "expr=%{HTTP:Origin}")} "expr=%{HTTP:Origin} in {${[origin, ...rest].map((one) => `'${one}'`).join(", ")}}"`] : [set(ACAO, origin)],
            [ACAC]: () => [set(ACAC, "true") + (origin && isOpen(question) ? isOne : "")],
            [ACEH]: (value) => [set(ACEH, value.replace(/%/g, "%%"))],
        };
        return needs.flatMap(([name, value]) => name === "Vary" ? ["Header always merge Vary Origin"]
            : [...(lines(question.headers, name).length ? [`Header onsuccess unset ${name}`] : []), ...ways[name](value)]);
    }

    // The same with this module, which cleans and completes the list that is there.
    function byModule(question, needs, missing) {
        const rest = byHand(question, needs.filter(([name]) => name !== ACEH));
        return missing.length ? [...rest, "<IfModule mod_cors_expose.c>", `    ExposeHeaders ${missing.join(" ")}`, "</IfModule>"] : rest;
    }

    // What else is to know about such a response.
    function notes(question, needs) {
        const { headers, status, origin, how } = question;
        const found = [], vary = lines(headers, "Vary").join(",").split(",").map((one) => lower(trimmed(one)));
        const allowed = lines(headers, ACAO);
        if (["access-control-allow-methods", "access-control-allow-headers", "access-control-max-age"].some((name) => lines(headers, name).length)
            && !lines(headers, "Content-Type").length)
            found.push("This looks like the answer to a preflight (OPTIONS). What scripts read is said by the answer to the request itself: paste that one.");
        if (["host", "user-agent", "accept"].filter((name) => lines(headers, name).length).length > 1)
            found.push("These look like a request's headers. What scripts read is said by the response's.");
        if (status >= 300 && status < 400 && status !== 304)
            found.push(`Status ${status}: a script sees only the response at the end of the redirects. Paste that one.`);
        if (status === 304)
            found.push("Status 304: the browser has a stored copy. These headers take the place of the stored ones, and the others stay. Tick Disable cache, and paste the whole answer.");
        if (how === "include" && !passes(question) && passes({ ...question, how: "omit" }))
            found.push("Without credentials the browser hands this response over. If the script needs no cookies, leave credentials: \"include\" out.");
        if (how !== "no-cors" && allowed.length === 1 && allowed[0] !== "*" && !vary.includes("origin") && !vary.includes("*")
            && !needs.some(([name]) => name === "Vary"))
            found.push(`If ${ACAO} is another one for another page, the response needs "Vary: Origin". Else a cache gives your page an answer that was made for another.`);
        if (origin === null && needs.some(([name, value]) => name === ACAO && value === SOME_ORIGIN))
            found.push(`${SOME_ORIGIN} stands for your page's origin here. Fill it in.`);
        else if (origin === null && how !== "no-cors" && allowed.length === 1 && allowed[0] !== "*")
            found.push("Taken for granted: your page's origin is the one that is allowed. Fill it in, and it is compared.");
        return found;
    }

    // The answer: { kind: "good" | "bad", text, faults, notes, rows: [{ name, value, why, isReadable }], missing, needs, byHand, byModule }.
    function explain(question) {
        const { headers, how, wanted } = question, isOpaque = how === "no-cors";
        const faults = isOpaque ? ["mode: \"no-cors\" asks for a response that the script may not look into: no header, no body, status 0. Leave it out; \"cors\" is what fetch() does by itself."]
            : refusals(question);
        const isKept = faults.length > 0;
        const asked = wanted.map((name) => [name, whyNull(name, question)]);
        const missing = asked.flatMap(([, why]) => (why?.name ? [why.name] : []));
        if (!isOpaque) {
            faults.push(...listFaults(question).filter(() => !wanted.length || missing.length));
            faults.push(...asked.flatMap(([, why]) => (why ? [why.text] : [])));
            if (!isKept && !wanted.length && !lines(headers, ACEH).length)
                faults.push(`The response has no ${ACEH}: a script reads the safelisted headers only.`);
        }
        const rows = unique(headers.map(([name]) => name)).map((name) => {
            const why = isOpaque || isKept ? null : reason(name, question);
            const text = { safelisted: "readable without a list", listed: `named by ${ACEH}`, wildcard: `exposed by the "*" in ${ACEH}` }[why]
                ?? (has(FORBIDDEN, name) ? "never readable" : isOpaque ? "hidden, as the whole response" : isKept ? "kept back with the whole response"
                    : members(headers).malformed.length ? "hidden: the list doesn't count" : lines(headers, ACEH).length ? "hidden: not on the list" : "hidden: there is no list");
            return { name, value: lines(headers, name).join(", "), why: text, isReadable: why !== null };
        });
        const needs = isOpaque ? [] : cure(question, missing);
        const isNull = isOpaque || isKept || asked.some(([, why]) => why);
        const read = rows.filter((row) => row.isReadable);
        const text = isOpaque ? "The script reads null for every header, and response.type is \"opaque\"."
            : isKept ? "The fetch fails: the browser keeps the whole response from the script."
                : isNull ? `response.headers.get("${asked.find(([, why]) => why)[0]}") is null.`
                    : wanted.length ? `The script reads ${wanted.join(", ")}.`
                        : `The script gets the response, and reads ${read.length ? read.map((row) => row.name).join(", ") : "no header"}.`;
        return {
            kind: isNull || (!wanted.length && faults.length) ? "bad" : "good", text, faults, notes: notes(question, needs), rows, missing, needs,
            byHand: byHand(question, needs), byModule: byModule(question, needs, missing),
        };
    }

    // The call that asks so, as text.
    function call(url, { how }) {
        const options = { include: ", { credentials: \"include\" }", "no-cors": ", { mode: \"no-cors\" }" }[how] ?? "";
        return `fetch(${JSON.stringify(url)}${options})`;
    }

    // What was copied out of DevTools, curl -i or curl -v: { headers, status, origin, earlier, ignored }. `earlier` is the number of answers
    // before the last one (redirects, preflights), `ignored` are the lines that are no header. Chromium copies a name and its value as
    // two lines.
    function parse(text) {
        let all = text.replace(/\r\n?/g, "\n").split("\n"), origin = null;
        if (all.some((line) => /^< /.test(line))) {
            origin = all.map((line) => /^> origin: *(.*?) *$/i.exec(line)?.[1]).filter(Boolean).pop() ?? null;
            all = all.filter((line) => /^<( |$)/.test(line)).map((line) => line.slice(2));
        }
        const panel = ofPanel(all);
        all = panel.lines;
        origin ??= panel.origin;
        const isStatus = (line) => /^ *(?:HTTP\/[\d.]+|:status:?|Status(?: Code)?:?)\s+(\d{3})\b/i.exec(line);
        const answers = [{ status: null, headers: [] }], ignored = [];
        const last = () => answers[answers.length - 1];
        for (const line of paired(all)) {
            const status = isStatus(line), header = /^([^\s:]+)(?:[ \t]*:[ \t]*|\t+)(.*)$/.exec(line);
            if (status) {
                if (last().status !== null || last().headers.length)
                    answers.push({ status: null, headers: [] });
                last().status = Number(status[1]);
            } else if (header && TOKEN.test(header[1])) {
                last().headers.push([header[1], trimmed(header[2])]);
            } else if (/^[ \t]+\S/.test(line) && last().headers.length) {
                const folded = last().headers[last().headers.length - 1];
                folded[1] = trimmed(`${folded[1]} ${trimmed(line)}`);
            } else if (line.trim() && !/^:[a-z]+/.test(line)) {
                ignored.push(line.trim());
            }
        }
        return { ...last(), origin, earlier: answers.length - 1, ignored };
    }

    // Of all that a panel of DevTools shows, the response's part, and the Origin out of the request's.
    function ofPanel(all) {
        const at = (what) => all.findIndex((line) => new RegExp(`^\\s*${what} Headers\\b`, "i").test(line));
        const response = at("Response"), request = at("Request");
        const part = (from, next) => from < 0 ? [] : all.slice(from + 1, next > from ? next : undefined);
        const [, value = null] = /(?:^|\n)[ \t]*origin[ \t]*:?\s+(\S+)/i.exec(part(request, response).join("\n")) ?? [];
        if (response < 0)
            return { lines: request < 0 ? all : all.slice(0, request), origin: value };
        const [, status] = /\bStatus(?: Code)?:?\s+(\d{3})\b/i.exec(all.slice(0, response).join("\n")) ?? [];
        return { lines: [...(status ? [`HTTP/1.1 ${status}`] : []), ...part(response, request)], origin: value };
    }

    // Where names and values take turns, line by line, each pair becomes one line.
    function paired(all) {
        const isFirst = (line) => /^ *HTTP\//.test(line), some = all.filter((line) => line.trim());
        const first = some.filter(isFirst), rest = some.filter((line) => !isFirst(line));
        const isPair = rest.length > 1 && rest.length % 2 === 0 && rest.every((line, i) => i % 2 || /^:?[^\s:]+:?$/.test(line));
        return isPair ? [...first, ...rest.flatMap((line, i) => (i % 2 ? [] : [`${line.replace(/:$/, "")}: ${rest[i + 1].trim()}`]))] : all;
    }

    // An origin out of what people type: an address of the page will do. null for nothing, undefined for what is no origin.
    function originOf(text) {
        const typed = text.trim();
        if (typed === "" || typed === "null")
            return typed || null;
        try {
            const { origin } = new URL(typed);
            return origin !== "null" ? origin : /^[a-z][a-z\d+.-]*:\/\/[^/]+/.exec(typed)?.[0];
        } catch {
            return undefined;
        }
    }

    return { ACEH, FORBIDDEN, SAFELISTED, TOKEN, call, explain, lines, originOf, parse, readable, refusals };
})();

if (typeof module !== "undefined")
    module.exports = cors;
