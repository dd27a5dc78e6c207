// The calls of /openapi.json, each with its fields, an example and a line for curl. No library, so
// that it works on a closed network.
"use strict";

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function json(value) {
  return element("pre", JSON.stringify(value, null, 2));
}

function curl(method, path, call) {
  const filled = path.replace("{game_id}", "0022500776");
  const parts = [`curl ${location.origin}${filled}`];
  if (method === "post") {
    const body = call.requestBody?.content["application/json"]?.example;
    if (call.security) parts.push("-H 'Authorization: Bearer KEY'");
    parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body ?? {})}'`);
  }
  return element("pre", parts.join(" \\\n  "));
}

function parameters(list) {
  const table = element("table");
  for (const each of list) {
    const row = element("tr");
    row.append(element("td", each.name), element("td", each.in), element("td", each.description || ""));
    table.append(row);
  }
  return table;
}

function answers(call) {
  const parts = [];
  for (const [status, answer] of Object.entries(call.responses)) {
    parts.push(element("p", `${status}: ${answer.description}`));
    const example = answer.content?.["application/json"]?.example;
    if (status === "200" && example !== undefined) parts.push(json(example));
  }
  return parts;
}

async function main() {
  const answer = await fetch("/openapi.json");
  const spec = await answer.json();
  document.getElementById("about").textContent = spec.info.description;
  const place = document.getElementById("calls");
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, call] of Object.entries(methods)) {
      const box = element("details", undefined, "call");
      const head = element("summary");
      head.append(element("span", method.toUpperCase(), "method"), ` ${path}`, element("span", call.summary, "what"));
      box.append(head, curl(method, path, call));
      if (call.parameters?.length) box.append(parameters(call.parameters));
      box.append(...answers(call));
      place.append(box);
    }
  }
}

main().catch((error) => {
  document.getElementById("about").textContent = `The description cannot be loaded: ${error.message}`;
});
