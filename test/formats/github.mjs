// What GitHub's own toolkit would print for the findings of a JSON report:
//
//     node github.mjs PACKAGE REPORT
//
// PACKAGE is the directory of @actions/core.  safeddl-check --format=github
// must print the same, byte for byte.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';

const [directory, path] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${directory}/lib/${name}.js`));
const { issueCommand } = await load('command');
const { toCommandProperties } = await load('utils');
const commands = { block: 'error', warn: 'warning', log: 'notice' };

for (const finding of JSON.parse(readFileSync(path, 'utf8')).findings) {
	const remarks = ['detail', 'fix'].filter((name) => finding[name]).map((name) => `${name}: ${finding[name]}`);
	const properties = { title: `safeddl: ${finding.rule}` };
	if (finding.file !== '<stdin>') {
		Object.assign(properties, { file: posix.normalize(finding.file), startLine: finding.line, startColumn: finding.column });
	}
	issueCommand(commands[finding.level], toCommandProperties(properties), [finding.message, ...remarks].join('\n'));
}
