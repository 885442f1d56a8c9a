// One request, as it is written, and what a suite asks of its answer.
'use strict';

const http = require('node:http');

const { HOST } = require('../browser/processes');

class Answer {
  constructor({ statusCode, rawHeaders }, body) {
    this.status = statusCode;
    this.fields = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), rawHeaders[i + 1]]]));
    this.body = body;
  }

  // All lines of a field, joined; null if there is none.
  field(name) {
    const lines = this.fields.filter(([one]) => one === name.toLowerCase()).map(([, value]) => value);
    return lines.length ? lines.join(', ') : null;
  }
}

function ask(port, { method = 'GET', path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: HOST, port, method, path, headers, agent: false }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve(new Answer(response, Buffer.concat(parts).toString())));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

const members = (value) => (value ?? '').split(',').map((member) => member.trim().toLowerCase()).filter(Boolean);

// What is wrong with the answer, in sentences. Expected can be: `status`, those that will do; `is`, a field's values that will do,
// whatever blanks are in them; `lists`, the members of a field in any order, and no others; `has`, members among others; `contains`,
// a part of a field's value, in its case; `lacks`, the contrary; `there` and `absent`, names of fields; `isNot`, a value; `body`.
function problems(answer, expected) {
  const found = [];
  const differs = (name, wanted) => found.push(`${name} is ${JSON.stringify(answer.field(name))}, not ${wanted}`);
  const bare = (value) => value?.replace(/\s/g, '');
  const each = (what, check) => Object.entries(what ?? {}).forEach(([name, wanted]) => { if (!check(name, wanted)) differs(name, wanted); });
  if (expected.status && !expected.status.includes(answer.status)) found.push(`the status is ${answer.status}, not ${expected.status.join(' or ')}`);
  each(expected.is, (name, wanted) => [wanted].flat().some((one) => bare(one) === bare(answer.field(name) ?? undefined)));
  each(expected.lists, (name, wanted) => members(answer.field(name)).sort().join() === members(wanted).sort().join());
  each(expected.has, (name, wanted) => members(wanted).every((one) => members(answer.field(name)).includes(one)));
  each(expected.contains, (name, wanted) => [wanted].flat().every((one) => (answer.field(name) ?? '').includes(one)));
  each(expected.lacks, (name, wanted) => !(answer.field(name) ?? '').includes(wanted));
  each(expected.isNot, (name, wanted) => answer.field(name) !== wanted);
  for (const name of expected.there ?? []) if (answer.field(name) === null) differs(name, 'there');
  for (const name of expected.absent ?? []) if (answer.field(name) !== null) differs(name, 'absent');
  if (expected.body && !expected.body.test(answer.body)) found.push(`the body is ${JSON.stringify(answer.body)}`);
  return found;
}

module.exports = { ask, problems };
