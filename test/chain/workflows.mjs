// The complaints of GitHub's own parser about workflows, a line each:
//
//     node workflows.mjs DIRECTORY FILE ...
//
// DIRECTORY is where npm has installed @actions/workflow-parser, which imports
// JSON in a way that node wants to be told.

import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const loader = `export const load = (url, context, next) =>
	next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);`;
register(`data:text/javascript,${encodeURIComponent(loader)}`);

const [directory, ...files] = process.argv.slice(2);
const module = `${directory}/node_modules/@actions/workflow-parser/dist/index.js`;
const parser = await import(pathToFileURL(module));

for (const file of files) {
	const { context, value } = parser.parseWorkflow(
		{ name: file, content: readFileSync(file, 'utf8') },
		new parser.NoOperationTraceWriter()
	);
	if (value) await parser.convertWorkflowTemplate(context, value);
	for (const error of context.errors.getErrors()) console.log(String(error));
}
