// knex cannot print the SQL of migrations: this runs the pending ones with a
// client that prints what would be sent. Only questions go to the server; what
// knex writes into its own tables is neither sent nor printed.

const Client = require('knex/lib/dialects/postgres');
const { escapeLiteral } = require('pg');
const config = require(`${process.cwd()}/knexfile.js`);
const own = (config.migrations || {}).tableName || 'knex_migrations';

class PrintingClient extends Client {
  async _query(connection, query) {
    const sql = query.sql.trim().replace(/;$/, '');

    if (/^(select|show)\b/i.test(sql)) return super._query(connection, query);
    if (!sql.includes(own))
      console.log(
        sql.replace(/\$(\d+)/g, (parameter, i) =>
          i <= query.bindings.length ? escapeLiteral(String(query.bindings[i - 1])) : parameter
        ) + ';'
      );
    query.response = { command: sql.split(' ')[0].toUpperCase(), rows: [], rowCount: 1 };
    return query;
  }
}

const knex = require('knex')({ ...config, client: PrintingClient });
knex.migrate.latest().finally(() => knex.destroy());
